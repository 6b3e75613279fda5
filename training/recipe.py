"""The recipe of the starter models: `python -m training <verb>`, one verb a stage."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.parallel import Team, together
from training.stages import autoencoder, export, latents, probe, text_encoder, unet
from training.state import default_state_dir
from training.tokenizer import Vocabulary, train_vocabulary

CHECKPOINT = Path("models/checkpoints/starter-sd.safetensors")
STEPS = 1_000_000
"""No stage comes so far: minutes end it."""


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        state: folder of states.
        out: where `export` writes.
        seed: of data and weights.
        minutes: wall-clock budget of the stage; 0 for its own default.
        processes: how many train together.
    """

    state: Path
    out: Path
    seed: int
    minutes: float
    processes: int


def vocabulary_of(options: Options) -> Vocabulary:
    """The vocabulary of this state folder, trained on first use."""
    path = options.state / "tokenizer.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(train_vocabulary(options.seed).to_json())
    return Vocabulary.from_json(path.read_text())


def run_tokenizer(options: Options) -> None:
    """Train the byte-pair vocabulary."""
    print(f"{len(vocabulary_of(options).vocab)} tokens in {options.state / 'tokenizer.json'}")


def _autoencoder(options: Options, team: Team) -> None:
    autoencoder.train(options.state, team, steps=STEPS, minutes=options.minutes or 11, seed=options.seed)


def run_autoencoder(options: Options) -> None:
    """Train the autoencoder."""
    together(partial(_autoencoder, options), options.processes)


def _text(options: Options, team: Team) -> None:
    vocabulary = vocabulary_of(options)
    text_encoder.train(options.state, vocabulary, team, steps=STEPS, minutes=options.minutes or 12, seed=options.seed)


def run_text(options: Options) -> None:
    """Train the text encoder."""
    vocabulary_of(options)
    together(partial(_text, options), options.processes)


def run_probe(options: Options) -> None:
    """Probe the text encoder for order and binding."""
    probe.probe(options.state, vocabulary_of(options), seed=options.seed)


def _latents(options: Options, team: Team) -> None:
    finished = latents.finished_autoencoder(options.state)
    latents.make_latents(options.state, finished, team, count=unet.SCENES, seed=options.seed)


def run_latents(options: Options) -> None:
    """Encode the UNet's training scenes; needs the autoencoder only."""
    together(partial(_latents, options), options.processes)


def _unet(options: Options, team: Team) -> None:
    vocabulary = vocabulary_of(options)
    unet.train(options.state, vocabulary, team, steps=STEPS, minutes=options.minutes or 70, seed=options.seed)


def run_unet(options: Options) -> None:
    """Train the UNet."""
    together(partial(_unet, options), options.processes)


def run_export(options: Options) -> None:
    """Write the checkpoint."""
    size = export.export(options.state, vocabulary_of(options), options.out, seed=options.seed)
    print(f"{options.out}: {size / 1e6:.2f} MB")


def run_all(options: Options) -> None:
    """Every stage in order."""
    for stage in (run_tokenizer, run_autoencoder, run_text, run_probe, run_latents, run_unet, run_export):
        stage(options)


VERBS: dict[str, Callable[[Options], None]] = {
    "tokenizer": run_tokenizer,
    "autoencoder": run_autoencoder,
    "text": run_text,
    "probe": run_probe,
    "latents": run_latents,
    "unet": run_unet,
    "export": run_export,
    "all": run_all,
}


def main() -> None:
    """Read the command line and run a stage."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("verb", choices=sorted(VERBS), help="the stage to run; each resumes where it stopped")
    parser.add_argument(
        "--state", type=Path, default=default_state_dir(), help="folder of states (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=CHECKPOINT, help="checkpoint to write (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="wall-clock budget of the stage, resumptions included"
    )
    parser.add_argument("--processes", type=int, default=2, help="single-threaded processes that train together")
    given = parser.parse_args()
    VERBS[given.verb](Options(given.state, given.out, given.seed, given.minutes, given.processes))
