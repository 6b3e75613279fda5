"""Our ControlNet against diffusers' on small random weights, in their layout."""

import pytest
import torch
from diffusers import ControlNetModel
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise

# Both sides compute in float32; they differ by the order of sums alone.
TOLERANCE = {"atol": 2e-5, "rtol": 1e-4}

SD1 = {
    "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
    "block_out_channels": (32, 64),
    "layers_per_block": 1,
    "cross_attention_dim": 32,
    "attention_head_dim": 8,
    "conditioning_embedding_out_channels": (16, 32, 96, 256),
}
SDXL = SD1 | {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "block_out_channels": (64, 128),
    "transformer_layers_per_block": (1, 2),
    "use_linear_projection": True,
    "attention_head_dim": (1, 2),
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "projection_class_embeddings_input_dim": 80,
}


@pytest.mark.parametrize("config", [SD1, SDXL], ids=["sd1", "sdxl"])
@torch.inference_mode()
def test_a_controlnet_agrees_with_diffusers(tmp_path, config):
    torch.manual_seed(0)
    theirs = ControlNetModel(**config).eval()
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    path = tmp_path / "control.safetensors"
    save_file(theirs.state_dict(), path)
    opened = open_model(path)
    assert opened.report.missing == opened.report.unexpected == opened.report.unknown == ()
    ours = materialise(opened.control)

    x, t, context = torch.randn(2, 4, 8, 8), torch.tensor([10, 700]), torch.randn(2, 5, 32)
    hint = torch.rand(2, 3, 64, 64)
    added, y = {}, None
    if config is SDXL:
        added = {"text_embeds": torch.randn(2, 32), "time_ids": torch.rand(2, 6)}
        times = theirs.add_time_proj(added["time_ids"].flatten()).reshape(2, -1)
        y = torch.cat([added["text_embeds"], times], dim=1)
    down, middle = theirs(x, t, context, hint, added_cond_kwargs=added, return_dict=False)
    got = ours(x, t, ours.embed_hint(hint), context, y)
    assert len(got) == len(down) + 1
    for one, other in zip(got, [*down, middle], strict=True):
        torch.testing.assert_close(one, other, **TOLERANCE)
