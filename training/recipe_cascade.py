"""The stages of the T5 encoder and of the upsamplers: train, then write what people load."""

from functools import partial
from pathlib import Path

from training.parallel import Team, together
from training.stages import export_t5, export_upsampler, t5, upsampler
from training.stages.enlarging import UPSAMPLERS
from training.starters import T5, UPSAMPLER_256_IMAGEN, UPSAMPLER_256_UNCLIP, UPSAMPLER_1024

STEPS = 1_000_000
"""No stage comes so far: minutes end it."""
_FILES = {
    "upsampler-256-unclip": UPSAMPLER_256_UNCLIP,
    "upsampler-256-imagen": UPSAMPLER_256_IMAGEN,
    "upsampler-1024": UPSAMPLER_1024,
}


def _t5(state: Path, seed: int, minutes: float, init_from: Path | None, team: Team) -> None:
    pieces = t5.pieces_of(state, seed)
    t5.train(state, pieces, team, steps=STEPS, minutes=minutes, seed=seed, init=init_from)


def train_t5(state: Path, seed: int, minutes: float, processes: int, init_from: Path | None) -> None:
    """Train the T5 encoder, ask it for order and binding, and write it."""
    pieces = t5.pieces_of(state, seed)
    together(partial(_t5, state, seed, minutes, init_from), processes)
    export_t5.probe_encoder(t5.finished(state, pieces), pieces, seed=seed)
    print(f"{T5}: {export_t5.export(state, pieces, T5) / 1e6:.2f} MB")


def _upsampler(state: Path, seed: int, minutes: float, init_from: Path | None, name: str, team: Team) -> None:
    upsampler.train(state, UPSAMPLERS[name], team, steps=STEPS, minutes=minutes, seed=seed, init=init_from)


def train_upsampler(
    state: Path, seed: int, minutes: float, processes: int, init_from: Path | None, names: tuple[str, ...]
) -> None:
    """Train upsamplers one after another, and write those that are shipped.

    The first has all the minutes and the others, which start from it, half of them each.
    """
    for number, name in enumerate(names):
        part = minutes / 2 if number else minutes
        together(partial(_upsampler, state, seed, part, init_from, name), processes)
        if name in _FILES:
            size = export_upsampler.export(state, UPSAMPLERS[name], _FILES[name])
            print(f"{_FILES[name]}: {size / 1e6:.2f} MB")


TO_256 = ("upsampler-256", "upsampler-256-unclip", "upsampler-256-imagen")
TO_1024 = ("upsampler-1024",)
