"""Imagen's Efficient U-Net: what its settings change, and that it takes any size."""

import pytest
import torch

from diffusion.checkpoints.keys.efficient import efficient_unet_config_from_shapes
from diffusion.networks.attention_block import AttentionBlock
from diffusion.networks.efficient_unet import EfficientUNet, EfficientUNetConfig

TINY = EfficientUNetConfig(
    level_channels=(32, 64), res_blocks=(1, 2), self_attention=(), text_attention=(1,), text_width=32, pooled_width=8,
    head_width=32,
)  # fmt: skip


def run(network, side=16, width=None):
    torch.manual_seed(1)
    x = torch.randn(2, network.config.in_channels, side, width or side)
    return network(x, torch.tensor([3, 900]), torch.randn(2, 5, 32), torch.randn(2, 8), torch.tensor([250, 250]))


def built(config=TINY):
    torch.manual_seed(0)
    return EfficientUNet(config).eval().requires_grad_(False)


def test_it_predicts_a_picture_of_the_size_it_was_given_even_an_odd_one():
    assert run(built(), 18, 13).shape == (2, 3, 18, 13)


def test_with_resizing_outside_even_the_finest_level_works_at_half_the_size():
    network, sides = built(), []
    network.down[0][0].register_forward_hook(lambda module, given, result: sides.append(result.shape[-1]))
    run(network)
    assert sides == [8]


def test_with_resizing_inside_the_finest_level_works_at_full_size():
    config = EfficientUNetConfig(**{**vars(TINY), "resize_outside": False})
    network, sides = built(config), []
    network.down[0][0].register_forward_hook(lambda module, given, result: sides.append(result.shape[-1]))
    assert run(network, 18, 13).shape == (2, 3, 18, 13)
    assert sides == [13]


def test_self_attention_is_off_where_its_level_is_not_named_and_text_stays():
    blocks = [module for module in built().modules() if isinstance(module, AttentionBlock)]
    assert len(blocks) == 2
    assert all(block.text is not None and block.text.only for block in blocks)


def test_self_attention_and_text_share_a_block_where_both_are_named():
    config = EfficientUNetConfig(**{**vars(TINY), "self_attention": (1,)})
    blocks = [module for module in built(config).modules() if isinstance(module, AttentionBlock)]
    assert all(block.text is not None and not block.text.only for block in blocks)


def test_the_word_of_noise_on_the_small_picture_changes_the_prediction():
    network = built()
    x, text, pooled = torch.randn(1, 6, 8, 8), torch.randn(1, 5, 32), torch.randn(1, 8)
    little, much = (network(x, torch.tensor([9]), text, pooled, torch.tensor([n])) for n in (0, 900))
    assert not torch.allclose(little, much)


def test_a_network_that_is_not_told_the_noise_refuses():
    with pytest.raises(ValueError, match="noise on its small picture"):
        built()(torch.zeros(1, 6, 8, 8), torch.zeros(1), torch.zeros(1, 5, 32), torch.zeros(1, 8))


def test_skips_are_scaled_so_that_a_sum_of_two_keeps_its_variance():
    assert TINY.skip_scale == pytest.approx(0.5**0.5)


def test_most_parameters_of_the_default_network_are_at_low_resolution():
    with torch.device("meta"):
        network = EfficientUNet(EfficientUNetConfig())
    sizes = [sum(p.numel() for p in network.down[level].parameters()) for level in range(4)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0.5 * sum(sizes)


@pytest.mark.parametrize(
    "changes",
    [{}, {"self_attention": (1,)}, {"resize_outside": False}, {"text_width": 0, "pooled_width": 0, "augmented": False}],
)
def test_a_saved_network_is_built_again_from_its_shapes(changes):
    config = EfficientUNetConfig(**{**vars(TINY), **changes})
    with torch.device("meta"):
        network = EfficientUNet(config)
        shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
        again = EfficientUNet(efficient_unet_config_from_shapes(shapes))
    assert {name: tuple(tensor.shape) for name, tensor in again.state_dict().items()} == shapes


PATCHED = EfficientUNetConfig(
    in_channels=96, out_channels=48, level_channels=(32, 64), res_blocks=(1, 1), self_attention=(), text_attention=(),
    resize_outside=False, patch=4, norm="position", embedding_width=32, residual=True,
)  # fmt: skip


def test_on_patches_it_reads_and_writes_pixels_and_its_shapes_say_so():
    network = built(PATCHED)
    made = network(torch.randn(1, 6, 32, 48), torch.tensor([500]), level=torch.zeros(1))
    assert made.shape == (1, 3, 32, 48)
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    assert efficient_unet_config_from_shapes(shapes) == PATCHED
    assert not PATCHED.learned_range
    assert EfficientUNetConfig(**{**vars(PATCHED), "out_channels": 96}).learned_range


def test_with_norms_of_single_positions_a_part_is_treated_as_in_the_whole():
    network = built(PATCHED)
    torch.manual_seed(2)
    x, time, level = torch.randn(1, 6, 384, 64), torch.tensor([500]), torch.zeros(1)
    whole, part = network(x, time, level=level), network(x[:, :, :288], time, level=level)
    assert torch.allclose(whole[:, :, :96], part[:, :, :96], atol=1e-5)
    grouped = built(EfficientUNetConfig(**{**vars(PATCHED), "norm": "group"}))
    whole, part = grouped(x, time, level=level), grouped(x[:, :, :288], time, level=level)
    assert not torch.allclose(whole[:, :, :96], part[:, :, :96], atol=1e-5)


def test_the_small_picture_is_the_start_of_the_prediction():
    network = built(PATCHED)
    torch.nn.init.zeros_(network.out[2].weight)
    torch.nn.init.zeros_(network.out[2].bias)
    x = torch.cat([torch.randn(1, 3, 16, 16), torch.full((1, 3, 16, 16), 0.3)], dim=1)
    assert torch.allclose(network(x, torch.tensor([9]), level=torch.zeros(1)), torch.full((1, 3, 16, 16), 0.3))
