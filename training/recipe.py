"""The recipe of the starter models: `python -m training <verb>`, one verb a stage."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training import recipe_pixels
from training.parallel import Team, together
from training.recipe_cascade import TO_256, TO_1024, train_t5, train_upsampler
from training.recipe_clip import train_ar_prior, train_chinese, train_clip_vision, train_prior
from training.recipe_wide import train_wider
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
        init_from: a shipped file that the stage starts from instead of from nothing.
    """

    state: Path
    out: Path
    seed: int
    minutes: float
    processes: int
    init_from: Path | None = None


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


def _pixel_course(options: Options) -> recipe_pixels.PixelCourse:
    return recipe_pixels.PixelCourse(options.state, options.seed, options.minutes, options.processes, options.init_from)


def run_pixels(options: Options) -> None:
    """Train the 64-pixel network on words, from the shipped Stable Diffusion starter."""
    recipe_pixels.train_words(_pixel_course(options))


def run_decoder(options: Options) -> None:
    """Train unCLIP's decoder, from the network of words, and write it; needs the shipped CLIP."""
    recipe_pixels.train_decoder(_pixel_course(options))


def run_imagen(options: Options) -> None:
    """Train Imagen's base, from unCLIP's shipped decoder, and write it; needs the shipped T5."""
    recipe_pixels.train_imagen(_pixel_course(options))


def run_inpaint(options: Options) -> None:
    """Train the nine-channel inpainting variant of the shipped Stable Diffusion starter, and write it."""
    recipe_pixels.train_inpaint(_pixel_course(options))


def run_widen(options: Options) -> None:
    """Teach the shipped Stable Diffusion starter styles, views and words, and write it."""
    train_wider(_pixel_course(options))


def run_export(options: Options) -> None:
    """Write the checkpoint."""
    size = export.export(options.state, vocabulary_of(options), options.out, seed=options.seed)
    print(f"{options.out}: {size / 1e6:.2f} MB")


def run_clip_vision(options: Options) -> None:
    """Train CLIP's image tower against the shipped text encoder, and write both files."""
    train_clip_vision(options.state, options.seed, options.minutes or 14, options.init_from)


def run_prior(options: Options) -> None:
    """Train the diffusion prior on the shipped CLIP, and write it."""
    train_prior(options.state, options.seed, options.minutes or 10, options.init_from)


def run_ar_prior(options: Options) -> None:
    """Train the autoregressive prior on the shipped CLIP, and write it."""
    train_ar_prior(options.state, options.seed, options.minutes or 10, options.init_from)


def run_chinese(options: Options) -> None:
    """Teach the shipped CLIP text encoder Chinese, and write it; needs all that reads it."""
    train_chinese(options.state, options.seed, options.minutes or 35, options.init_from)


def run_t5(options: Options) -> None:
    """Train the T5 encoder on captions in two languages, and write it."""
    train_t5(options.state, options.seed, options.minutes or 10, options.processes, options.init_from)


def _upsampler(options: Options, minutes: float, names: tuple[str, ...]) -> None:
    minutes = options.minutes or minutes
    train_upsampler(options.state, options.seed, minutes, options.processes, options.init_from, names)


def run_upsampler_256(options: Options) -> None:
    """Train unCLIP's and Imagen's upsamplers to 256 pixels from one start, and write them."""
    _upsampler(options, 12, TO_256)


def run_upsampler_1024(options: Options) -> None:
    """Train the upsampler to 1024 pixels, and write it."""
    _upsampler(options, 14, TO_1024)


def run_all(options: Options) -> None:
    """Every stage of what is shipped, in order: each stands on what those before it wrote."""
    for stage in (
        run_tokenizer,
        run_autoencoder,
        run_text,
        run_probe,
        run_latents,
        run_unet,
        run_export,
        run_clip_vision,
        run_prior,
        run_ar_prior,
        run_pixels,
        run_decoder,
        run_t5,
        run_imagen,
        run_upsampler_256,
        run_upsampler_1024,
        run_inpaint,
        run_chinese,
        run_widen,
    ):
        stage(options)


VERBS: dict[str, Callable[[Options], None]] = {
    "tokenizer": run_tokenizer,
    "autoencoder": run_autoencoder,
    "text": run_text,
    "probe": run_probe,
    "latents": run_latents,
    "unet": run_unet,
    "pixels": run_pixels,
    "decoder": run_decoder,
    "imagen": run_imagen,
    "inpaint": run_inpaint,
    "widen": run_widen,
    "export": run_export,
    "clip-vision": run_clip_vision,
    "prior": run_prior,
    "ar-prior": run_ar_prior,
    "chinese": run_chinese,
    "t5": run_t5,
    "upsampler-256": run_upsampler_256,
    "upsampler-1024": run_upsampler_1024,
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
    parser.add_argument("--init-from", type=Path, help="start from this shipped file's weights instead of from nothing")
    given = parser.parse_args()
    VERBS[given.verb](Options(given.state, given.out, given.seed, given.minutes, given.processes, given.init_from))
