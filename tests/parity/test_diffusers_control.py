"""Our ControlNet and T2I-Adapter against diffusers' on small random weights, in their layout."""

import pytest
import torch
from diffusers import ControlNetModel, T2IAdapter, UNet2DConditionModel
from safetensors.torch import save_file

from diffusion.checkpoints.keys.diffusers_unet import map_diffusers_unet_keys
from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.unet import UNet

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


def ours_of(theirs):
    names = map_diffusers_unet_keys(theirs.state_dict())
    weights = {ours: theirs.state_dict()[other] for ours, other in names.items()}
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    network = UNet(unet_config_from_shapes(shapes, heads=2))
    network.load_state_dict(weights)
    return network.eval()


@pytest.mark.parametrize(("kind", "levels"), [("full_adapter", 4), ("full_adapter_xl", 3)])
@torch.inference_mode()
def test_a_t2i_adapter_steers_a_unet_as_in_diffusers(tmp_path, kind, levels):
    torch.manual_seed(0)
    widths = (32, 64, 96, 96)
    theirs = T2IAdapter(channels=widths, num_res_blocks=2, downscale_factor=8 if levels == 4 else 16, adapter_type=kind)
    plain, attending = ("DownBlock2D",), ("CrossAttnDownBlock2D",)
    down = attending * 3 + plain if levels == 4 else plain + attending * 2
    up = tuple(name.replace("Down", "Up") for name in reversed(down))
    unet = UNet2DConditionModel(
        **{"block_out_channels": widths[:levels], "down_block_types": down, "up_block_types": up},
        **{"cross_attention_dim": 16, "attention_head_dim": 2, "layers_per_block": 2},
    )
    for network in (theirs, unet):
        for parameter in network.eval().parameters():
            torch.nn.init.normal_(parameter, std=0.06)
    save_file(theirs.state_dict(), tmp_path / "adapter.safetensors")
    opened = open_model(tmp_path / "adapter.safetensors")
    assert opened.report.missing == opened.report.unexpected == opened.report.unknown == ()
    hint = torch.rand(2, 3, 64, 64)
    features = materialise(opened.control)(hint)
    expected = theirs(hint)
    for one, other in zip(features, expected, strict=True):
        torch.testing.assert_close(one, other, **TOLERANCE)
    x, t, context = torch.randn(2, 4, 8, 8), torch.tensor([10, 700]), torch.randn(2, 5, 16)
    wanted = unet(x, t, context, down_intrablock_additional_residuals=[f.clone() for f in expected]).sample
    got = ours_of(unet)(x, t, context, features=features)
    torch.testing.assert_close(got, wanted, atol=2e-4, rtol=1e-3)
    assert not torch.allclose(got, unet(x, t, context).sample, atol=1e-2)
