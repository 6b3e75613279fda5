"""Folders of diffusers with priors and decoders: every part found, none taken for another."""

import gzip
import json
from pathlib import Path

import pytest
import torch

from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.model_file import file_of_shapes
from diffusion.processes.table import process_for

CLIP = {
    "text_model.embeddings.token_embedding.weight": (50, 64),
    "text_model.embeddings.position_embedding.weight": (77, 64),
    "text_model.final_layer_norm.weight": (64,),
    "text_model.final_layer_norm.bias": (64,),
    "text_projection.weight": (32, 64),
    **{
        f"text_model.encoder.layers.0.{name}.{kind}": shape if kind == "weight" else shape[:1]
        for kind in ("weight", "bias")
        for name, shape in {
            **{f"self_attn.{part}_proj": (64, 64) for part in ("q", "k", "v", "out")},
            "layer_norm1": (64,),
            "layer_norm2": (64,),
            "mlp.fc1": (128, 64),
            "mlp.fc2": (64, 128),
        }.items()
    },
}


@pytest.fixture
def published_shapes(shared):
    def read(name):
        with gzip.open(shared / "fingerprints" / f"{name}.json.gz", "rt") as file:
            return {key: tuple(shape) for key, shape in json.load(file).items()}

    return read


def folder(**parts):
    shapes = {f"{part}.{name}": shape for part, content in parts.items() for name, shape in content.items()}
    return open_parts(file_of_shapes(shapes, path=Path("folder")))


def test_the_prior_folder_of_kandinsky_gives_prior_and_text_encoder(published_shapes):
    opened = folder(prior=published_shapes("diffusers_PriorTransformer_Kandinsky_2.2"), text_encoder=CLIP)
    assert (opened.detection.family, opened.notes) == ("prior", ())
    assert opened.prior is not None
    assert [text.kind for text in opened.text] == ["clip_l"]
    assert opened.denoiser is None


def test_the_decoder_folder_of_kandinsky_gives_unet_and_movq(published_shapes):
    opened = folder(unet=published_shapes("Kandinsky2.1_unet"), movq=published_shapes("MOVQ"))
    assert (opened.detection.family, opened.notes) == ("kandinsky", ())
    assert opened.record.family == "kandinsky"
    assert (opened.record.embedding_width, opened.record.context_width) == (768, 1024)
    assert opened.autoencoder.kind == "movq"
    assert opened.autoencoder.latent.factor == 8


def test_linear_noise_of_kandinsky_is_not_that_of_stable_diffusion(published_shapes):
    process = process_for(folder(unet=published_shapes("Kandinsky2.1_unet"), movq=published_shapes("MOVQ")).record)
    # The largest level of a truly linear schedule between the same ends, against 14.6.
    assert process.sigma_max == pytest.approx(25.146, rel=1e-3)
    assert torch.isfinite(process.sigmas).all()
