"""A whole Stable Diffusion 1 checkpoint, small enough to write in a moment."""

import json

import pytest
import torch
from safetensors.torch import save_file

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.text.tokenizer import vocabulary_from_merges, vocabulary_to_json

MERGES = [("r", "e"), ("re", "d</w>"), ("b", "l"), ("bl", "u"), ("blu", "e</w>")]


def tiny_state() -> dict[str, torch.Tensor]:
    """Random weights of a tiny model under the published keys, with the orphans real files have."""
    torch.manual_seed(0)
    vocabulary = vocabulary_from_merges(MERGES)
    unet = UNet(
        UNetConfig(
            model_channels=32,
            level_channels=(32, 64),
            res_blocks=(1, 1),
            transformer_depth=(1, 1),
            context_width=64,
        )
    )
    autoencoder = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32, 32, 32, 32), res_blocks=1))
    text = ClipText(
        ClipTextConfig(width=64, mlp_width=128, layers=2, heads=4, vocabulary=len(vocabulary.tokens), positions=77)
    )
    state = {f"model.diffusion_model.{name}": tensor for name, tensor in unet.state_dict().items()}
    state |= {f"first_stage_model.{name}": tensor for name, tensor in autoencoder.state_dict().items()}
    state |= {
        "cond_stage_model.transformer.text_model." + name.removeprefix("transformer."): tensor
        for name, tensor in text.state_dict().items()
    }
    state = {name: tensor.half().contiguous() for name, tensor in state.items()}
    state["cond_stage_model.transformer.text_model.embeddings.position_ids"] = torch.arange(77)[None]
    state["alphas_cumprod"] = torch.linspace(1, 0, 1000)
    return state


TINY_METADATA = {
    "tokenizer.clip_l": vocabulary_to_json(vocabulary_from_merges(MERGES)),
    "noiseloom.config": json.dumps({"text_encoder": {"num_attention_heads": 4, "hidden_act": "gelu"}}),
    "modelspec.resolution": "128x128",
}


@pytest.fixture(scope="session")
def tiny_tensors() -> dict[str, torch.Tensor]:
    return tiny_state()


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory, tiny_tensors):
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    save_file(tiny_tensors, path, metadata=TINY_METADATA)
    return path
