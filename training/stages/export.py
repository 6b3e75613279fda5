"""Write the trained networks: a checkpoint in the published version 1 layout, and the text encoder that it names.

The text encoder lies in a file of its own, since several starters read it (ADR 5)."""

import json
from pathlib import Path

import torch
from torch import Tensor

from diffusion.networks.autoencoder import AutoencoderKL
from training.compact import DELICATE, compact
from training.ship import write_shipped
from training.stages import unet
from training.stages.captioning import finished_text_encoder
from training.stages.latents import SCALE_FACTOR, finished_autoencoder
from training.stages.text_model import ACTIVATION, HEADS
from training.starters import CLIP_TEXT
from training.state import load_state
from training.tokenizer import Vocabulary
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.vocabulary import PICTURE_SIZE

PUBLISHED_TEXT_ROOT = "text_model."
"""transformers 5 dropped this part of the keys; published files have it."""
SENSITIVE = (*DELICATE, "decoder.up.1.", "decoder.up.2.")
"""What stays in half precision: the autoencoder's middle levels too, which lose most of the 0.7 dB of 8 bits."""


@torch.no_grad()
def preview_matrix(autoencoder: AutoencoderKL, seed: int) -> list[list[float]]:
    """Least squares from scaled latents to the colours of their cells: four rows and a bias, giving RGB in 0..1."""
    pictures = to_unit_range(render_all(draw_scenes(48, seed, held_out=False)))
    latents = torch.cat([autoencoder.encode(batch)[0] for batch in pictures.split(16)]) * SCALE_FACTOR
    colours = torch.nn.functional.avg_pool2d((pictures + 1) / 2, 8)
    rows = latents.permute(0, 2, 3, 1).reshape(-1, 4)
    design = torch.cat([rows, torch.ones(len(rows), 1)], dim=1)
    solution = torch.linalg.lstsq(design, colours.permute(0, 2, 3, 1).reshape(-1, 3)).solution
    return [[round(float(value), 5) for value in row] for row in solution]


def text_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """A transformers CLIP text model under its published keys."""
    return {
        PUBLISHED_TEXT_ROOT + name.removeprefix(PUBLISHED_TEXT_ROOT): tensor
        for name, tensor in weights.items()
        if not name.endswith("position_ids")
    }


def text_metadata(vocabulary: Vocabulary) -> dict[str, str]:
    """What the shapes of the text encoder's file cannot tell."""
    return {
        "tokenizer.clip_l": vocabulary.to_json(),
        "noiseloom.config": json.dumps({"text_encoder": {"num_attention_heads": HEADS, "hidden_act": ACTIVATION}}),
        "modelspec.title": "Noiseloom starter CLIP, text encoder",
        "modelspec.architecture": "clip-text",
        "modelspec.license": "Apache-2.0",
    }


def export(state_dir: Path, vocabulary: Vocabulary, path: Path, *, seed: int) -> int:
    """Write the checkpoint, and return its size in bytes.

    The text encoder goes to `text_encoders/` beside the checkpoint's folder, without a projection: `clip-vision`, which
    trains one, writes it again.

    Raises:
        ValueError: if a file is larger than a starter may be.
    """
    autoencoder = finished_autoencoder(state_dir)
    text = finished_text_encoder(state_dir, vocabulary)
    beside = path.parent.parent / CLIP_TEXT.parent.name / CLIP_TEXT.name
    write_shipped(compact(text_weights(text.state_dict())), beside, text_metadata(vocabulary))
    averaged = load_state(state_dir / unet.STATE)["average"]
    weights = {f"first_stage_model.{name}": tensor for name, tensor in autoencoder.state_dict().items()}
    weights |= {f"model.diffusion_model.{name}": t for name, t in unet.published_weights(averaged).items()}
    config = {
        "companions": {CLIP_TEXT.parent.name: [CLIP_TEXT.name]},
        "preview_rgb": preview_matrix(autoencoder, seed),
        "native_size": PICTURE_SIZE,
    }
    metadata = {
        "noiseloom.config": json.dumps(config),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "stable-diffusion-v1",
        "modelspec.implementation": "https://github.com/CompVis/stable-diffusion",
        "modelspec.prediction_type": "epsilon",
        "modelspec.resolution": f"{PICTURE_SIZE}x{PICTURE_SIZE}",
        "modelspec.title": "Noiseloom starter (Stable Diffusion 1 layout)",
        "modelspec.description": "Paints the shapes world: coloured shapes in relations, counts and lists.",
        "modelspec.license": "Apache-2.0",
    }
    return write_shipped(compact(weights, SENSITIVE), path, metadata)
