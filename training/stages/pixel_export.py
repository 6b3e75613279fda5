"""Ship the 64-pixel networks."""

from pathlib import Path

from training.ship import ship
from training.stages.pixel_model import SIDE, published_weights
from training.stages.pixels import DECODER, IMAGEN, Goal
from training.starters import IMAGEN_BASE, UNCLIP_DECODER
from training.state import load_state

LARGEST = 4_900_000
"""Bytes."""
WORDS = {
    DECODER.name: (UNCLIP_DECODER, "unCLIP decoder", "a CLIP image embedding and a text"),
    IMAGEN.name: (IMAGEN_BASE, "Imagen base", "T5's features, in English and Chinese"),
}
"""Name of a stage → its file, and for people what it is and paints from."""


def export(state_dir: Path, goal: Goal) -> tuple[Path, int]:
    """Write the averaged weights of a stage; returns the file and its bytes."""
    path, title, source = WORDS[goal.name]
    weights = published_weights(load_state(state_dir / f"{goal.name}.pt")["average"])
    facts = {"modelspec.prediction_type": "sample", "modelspec.resolution": f"{SIDE}x{SIDE}"}
    size = ship(
        weights,
        path,
        architecture="pixel-unet-on-patches",
        title=f"Noiseloom starter: {title}",
        description=f"Paints the shapes world from {source}.",
        largest=LARGEST,
        facts=facts,
    )
    return path, size
