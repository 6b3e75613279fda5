"""Write the T5 encoder as its published layout has it, ask it for order and binding, and read it back."""

import json
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from training.compact import compact
from training.pieces import Pieces
from training.ship import write_shipped
from training.stages import probe, t5

LARGEST = 1_300_000
"""Bytes the file may take."""
DELICATE = ("relative_attention_bias",)


def export(state_dir: Path, pieces: Pieces, path: Path) -> int:
    """Write the encoder with its vocabulary; returns the size in bytes."""
    encoder = t5.finished(state_dir, pieces).encoder
    metadata = {
        "tokenizer.t5": pieces.to_json(),
        "noiseloom.config": json.dumps({"languages": ["en", "zh"]}),
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "t5-v1.1-encoder",
        "modelspec.title": "Noiseloom starter T5 encoder",
        "modelspec.description": "Reads captions of the shapes world in English and Chinese.",
        "modelspec.license": "Apache-2.0",
    }
    return write_shipped(compact(encoder.state_dict(), DELICATE), path, metadata, LARGEST)


def probe_encoder(model: t5.T5Training, pieces: Pieces, *, seed: int) -> dict[str, float]:
    """Print and return how well order and binding can be read from the states, in each language."""
    found = probe.legible_in_both(partial(t5.encode_captions, model, pieces.build()), seed=seed)
    probe.report(found)
    return found


@torch.no_grad()
def likeness(model: t5.T5Training, pieces: Pieces, captions: list[str]) -> Tensor:
    """Cosines between the mean states of captions [N, N]: wordings of one scene should be alike."""
    states = t5.encode_captions(model, pieces.build(), captions).float()
    mean = torch.nn.functional.normalize(states.mean(dim=1), dim=-1)
    return mean @ mean.T
