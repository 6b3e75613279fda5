"""Our networks against diffusers' on small random models: runs everywhere, with no reference data."""

import pytest
import torch
from diffusers import AutoencoderKL as DiffusersAutoencoder
from diffusers import UNet2DConditionModel

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.unet import UNet, UNetConfig

# Both sides compute in float32; they differ by the order of sums alone.
TOLERANCE = {"atol": 2e-5, "rtol": 1e-4}

RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}


def shake(module):
    """Random weights everywhere: fresh networks have zeros and ones where a mistake would not show."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in module.parameters():
            scale = 0.3 if parameter.dim() == 1 else 1 / parameter[0].numel() ** 0.5
            noise = torch.randn(parameter.shape, generator=generator) * scale
            parameter.copy_(noise + (parameter.dim() == 1) * parameter)
    return module.eval()


def with_parts(name, ours, theirs):
    """Rename what is under a prefix; residual blocks also inside."""
    rest = name.removeprefix(ours + ".")
    if rest == name:
        return None
    for inner, outer in RESNET.items():
        if rest.startswith(inner + "."):
            return f"{theirs}.{outer}{rest.removeprefix(inner)}"
    return f"{theirs}.{rest}"


def unet_table(levels, blocks, attended):
    """Prefix in the published layout → prefix in diffusers'."""
    table = {
        "time_embed.0": "time_embedding.linear_1",
        "time_embed.2": "time_embedding.linear_2",
        "input_blocks.0.0": "conv_in",
        "middle_block.0": "mid_block.resnets.0",
        "middle_block.1": "mid_block.attentions.0",
        "middle_block.2": "mid_block.resnets.1",
        "out.0": "conv_norm_out",
        "out.2": "conv_out",
    }
    number = 1
    for level in range(levels):
        for block in range(blocks):
            table[f"input_blocks.{number}.0"] = f"down_blocks.{level}.resnets.{block}"
            table[f"input_blocks.{number}.1"] = f"down_blocks.{level}.attentions.{block}"
            number += 1
        table[f"input_blocks.{number}.0.op"] = f"down_blocks.{level}.downsamplers.0.conv"
        number += 1
    for number in range(levels * (blocks + 1)):
        up, block = divmod(number, blocks + 1)
        has_attention = attended[levels - 1 - up]
        table[f"output_blocks.{number}.0"] = f"up_blocks.{up}.resnets.{block}"
        table[f"output_blocks.{number}.1"] = f"up_blocks.{up}.attentions.{block}"
        table[f"output_blocks.{number}.{2 if has_attention else 1}.conv"] = f"up_blocks.{up}.upsamplers.0.conv"
    return table


def translate(names, table):
    # Longest prefix first: `input_blocks.3.0.op` before `input_blocks.3.0`.
    prefixes = sorted(table, key=len, reverse=True)
    return {
        name: next(found for prefix in prefixes if (found := with_parts(name, prefix, table[prefix]))) for name in names
    }


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("size", [(8, 8), (10, 6)])
def test_the_unet_is_that_of_diffusers(linear, size):
    attended = (1, 1, 0)
    torch.manual_seed(0)
    theirs = shake(
        UNet2DConditionModel(
            in_channels=4,
            out_channels=4,
            block_out_channels=(32, 64, 64),
            layers_per_block=2,
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=24,
            # In diffusers this argument is the number of heads, whatever its name says.
            attention_head_dim=4,
            use_linear_projection=linear,
        )
    )
    config = UNetConfig(
        model_channels=32,
        level_channels=(32, 64, 64),
        res_blocks=(2, 2, 2),
        transformer_depth=attended,
        context_width=24,
        heads=4,
        linear_projections=linear,
    )
    with torch.device("meta"):
        ours = UNet(config)
    names = translate(ours.state_dict(), unet_table(3, 2, attended))
    weights = theirs.state_dict()
    assert sorted(names.values()) == sorted(weights)
    ours.load_state_dict({name: weights[other] for name, other in names.items()}, assign=True)
    x, context, timesteps = torch.randn(2, 4, *size), torch.randn(2, 7, 24), torch.tensor([3, 981])
    with torch.inference_mode():
        torch.testing.assert_close(ours(x, timesteps, context), theirs(x, timesteps, context).sample, **TOLERANCE)


def autoencoder_table(levels, blocks):
    table = {"quant_conv": "quant_conv", "post_quant_conv": "post_quant_conv"}
    for half in ("encoder", "decoder"):
        table |= {
            f"{half}.conv_in": f"{half}.conv_in",
            f"{half}.conv_out": f"{half}.conv_out",
            f"{half}.norm_out": f"{half}.conv_norm_out",
            f"{half}.mid.block_1": f"{half}.mid_block.resnets.0",
            f"{half}.mid.block_2": f"{half}.mid_block.resnets.1",
        }
        attention = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}
        for ours, theirs in attention.items():
            table[f"{half}.mid.attn_1.{ours}"] = f"{half}.mid_block.attentions.0.{theirs}"
    for level in range(levels):
        for block in range(blocks + 1):
            table[f"encoder.down.{level}.block.{block}"] = f"encoder.down_blocks.{level}.resnets.{block}"
            table[f"decoder.up.{level}.block.{block}"] = f"decoder.up_blocks.{levels - 1 - level}.resnets.{block}"
        table[f"encoder.down.{level}.downsample"] = f"encoder.down_blocks.{level}.downsamplers.0"
        table[f"decoder.up.{level}.upsample"] = f"decoder.up_blocks.{levels - 1 - level}.upsamplers.0"
    return table


def test_the_autoencoder_is_that_of_diffusers():
    torch.manual_seed(0)
    theirs = shake(
        DiffusersAutoencoder(
            block_out_channels=(32, 64, 64),
            layers_per_block=1,
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            latent_channels=4,
        )
    )
    with torch.device("meta"):
        ours = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32, 64, 64), res_blocks=1))
    names = {
        name: other.replace("nin_shortcut", "conv_shortcut")
        for name, other in translate(ours.state_dict(), autoencoder_table(3, 1)).items()
    }
    weights = theirs.state_dict()
    assert sorted(names.values()) == sorted(weights)
    shapes = ours.state_dict()
    # diffusers keeps the attention's projections as matrices, the published layout as 1×1 convolutions.
    ours.load_state_dict(
        {name: weights[other].reshape(shapes[name].shape) for name, other in names.items()}, assign=True
    )
    image, latent = torch.rand(2, 3, 16, 24) * 2 - 1, torch.randn(2, 4, 4, 6)
    with torch.inference_mode():
        mean, logvar = ours.encode(image)
        posterior = theirs.encode(image).latent_dist
        torch.testing.assert_close(mean, posterior.mean, **TOLERANCE)
        torch.testing.assert_close(logvar, posterior.logvar, **TOLERANCE)
        torch.testing.assert_close(ours.decode(latent), theirs.decode(latent).sample, **TOLERANCE)
