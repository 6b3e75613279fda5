"""Write the starter's CLIP as files that people's loaders read: the text encoder with its projection, and the tower."""

import random
from pathlib import Path

import torch
from torch import Tensor

from diffusion.checkpoints.model_file import open_file
from training.compact import compact
from training.ship import write_shipped
from training.stages import clip_vision
from training.stages.clip_model import LENGTH, VISION, ClipTraining, vision_weights
from training.stages.clip_vision import ClipTask
from training.stages.embeddings import shipped_clip
from training.stages.export import PUBLISHED_TEXT_ROOT, text_metadata
from training.state import load_state
from training.tokenizer import Vocabulary

MEASURED = 64
"""Groups of scenes that the lengths of embeddings are measured on."""


@torch.no_grad()
def lengths(model: ClipTraining, task: ClipTask) -> tuple[float, float]:
    """Mean lengths of text and image embeddings over training scenes."""
    seen = task.draw(random.Random(f"clip lengths {task.seed}"), MEASURED, held_out=False)
    texts = model.text_projection(seen.pooled).norm(dim=-1)
    images = torch.cat([model.vision(batch).embedding for batch in seen.pictures.split(64)]).norm(dim=-1)
    return float(texts.mean()), float(images.mean())


def text_file(encoder: Path, projection: Tensor) -> dict[str, Tensor]:
    """A text encoder as it is shipped, and the projection."""
    file = open_file(encoder)
    stored = {name: file.store.read(name) for name in file.shapes if name.startswith(PUBLISHED_TEXT_ROOT)}
    return stored | {"text_projection.weight": projection}


def started(vision: Path, text: Path) -> dict[str, Tensor]:
    """Shipped weights under the names of `ClipTraining`.

    Raises:
        ValueError: the files hold something else.
    """
    clip = shipped_clip(text, vision)
    own = {f"vision.{name}": tensor for name, tensor in clip.vision.state_dict().items()}
    return own | {"text_projection.weight": clip.text.text_projection.weight}


def export(
    state_dir: Path, encoder: Path, vocabulary: Vocabulary, *, seed: int, vision: Path, text: Path
) -> tuple[int, int]:
    """Write both files from the best weights of the stage, and return their bytes.

    Embeddings are scaled, which changes no cosine: see `LENGTH`.
    """
    task = ClipTask(clip_vision.frozen_text(encoder), vocabulary, seed)
    model = task.model
    assert isinstance(model, ClipTraining)
    best = load_state(state_dir / clip_vision.STATE)["best"]
    model.load_state_dict(best)
    text_length, image_length = lengths(model.eval(), task)
    projection = best["text_projection.weight"] * (LENGTH / text_length)
    tower = compact(vision_weights(best, LENGTH / image_length))
    seen = {
        "modelspec.title": "Noiseloom starter CLIP, image encoder",
        "modelspec.architecture": "clip-vision",
        "modelspec.resolution": f"{VISION.size}x{VISION.size}",
    }
    words = compact(text_file(encoder, projection))
    return write_shipped(tower, vision, seen), write_shipped(words, text, text_metadata(vocabulary))
