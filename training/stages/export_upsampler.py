"""Write an upsampler as it is shipped."""

import json
from pathlib import Path

import torch
from torch import Tensor

from diffusion.networks.efficient_unet import EfficientUNet
from diffusion.networks.embedding import timestep_embedding
from training.compact import compact
from training.ship import write_shipped
from training.stages.enlarging import Upsampling
from training.stages.upsampler import state_of
from training.state import load_state

LARGEST = {256: 1_000_000, 1024: 800_000}
"""Bytes a file may take, by the side of its pictures."""
DELICATE = ("out.2.", "small_gain", "time_embed.0")


@torch.no_grad()
def without_augmentation(kind: Upsampling, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights of a network that is never told of noise: what it hears of no noise joins the timestep's embedding."""
    network = EfficientUNet(kind.config)
    network.load_state_dict(weights)
    assert network.aug_embed is not None
    silence = network.aug_embed(timestep_embedding(torch.zeros(1), kind.config.level_channels[0]))[0]
    kept = {name: tensor for name, tensor in weights.items() if not name.startswith("aug_embed.")}
    return kept | {"time_embed.2.bias": weights["time_embed.2.bias"] + silence}


def export(state_dir: Path, kind: Upsampling, path: Path) -> int:
    """Write the averaged weights of an upsampler's state; returns the size in bytes."""
    weights = load_state(state_of(state_dir, kind))["average"]
    if kind.levels[0] == 0:
        weights = without_augmentation(kind, weights)
    metadata = {
        "noiseloom.config": json.dumps({"native_size": kind.side}),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "efficient-unet-upsampler",
        "modelspec.prediction_type": "sample",
        "modelspec.resolution": f"{kind.side}x{kind.side}",
        "modelspec.title": f"Noiseloom starter upsampler to {kind.side}",
        "modelspec.description": "Enlarges pictures of the shapes world four times along each side.",
        "modelspec.license": "Apache-2.0",
    }
    return write_shipped(compact(weights, DELICATE), path, metadata, LARGEST[kind.side])
