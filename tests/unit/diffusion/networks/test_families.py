"""What the networks of the families refuse, and what their parts promise beyond the recorded cases."""

import pytest
import torch

from diffusion.networks.attention_block import AttentionBlock, TextAttention
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.interrupt import interruptible
from diffusion.networks.mmdit import MMDiT, MMDiTConfig
from diffusion.networks.t5 import T5Config, T5Encoder, distance_buckets
from diffusion.networks.unet import UNet, UNetConfig

TINY_MMDIT = MMDiTConfig(channels=4, width=32, depth=2, heads=2, context_width=8, vector_width=8, grid=4)
TINY_UNET = UNetConfig(
    model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 1), context_width=8
)
TINY_T5 = T5Config(width=16, mlp_width=32, layers=2, heads=2, head_width=8, vocabulary=20)


def counted(run):
    calls = []
    with interruptible(lambda: calls.append(None)), torch.inference_mode():
        run()
    return len(calls)


def test_a_picture_larger_than_the_stored_positions_is_refused_with_the_limit():
    network = MMDiT(TINY_MMDIT)
    with pytest.raises(ValueError, match="up to 64 × 64 pixels"):
        network(torch.zeros(1, 4, 10, 8), torch.zeros(1), torch.zeros(1, 3, 8), torch.zeros(1, 8))


def test_a_transformer_without_text_says_what_it_needs():
    with pytest.raises(ValueError, match="text features"):
        MMDiT(TINY_MMDIT)(torch.zeros(1, 4, 8, 8), torch.zeros(1))


def test_a_transformer_can_be_stopped_between_its_blocks():
    network = MMDiT(TINY_MMDIT)
    inputs = torch.zeros(1, 4, 8, 8), torch.zeros(1), torch.zeros(1, 3, 8), torch.zeros(1, 8)
    assert counted(lambda: network(*inputs)) >= TINY_MMDIT.depth


def test_a_text_encoder_can_be_stopped_between_its_blocks():
    network = T5Encoder(TINY_T5)
    assert counted(lambda: network(torch.zeros(1, 4, dtype=torch.long))) == TINY_T5.layers


def test_what_stands_where_padding_is_does_not_change_the_words():
    torch.manual_seed(0)
    network = T5Encoder(TINY_T5)
    mask = torch.tensor([[True, True, False]])
    ids = torch.tensor([[3, 4, 5], [3, 4, 6]])
    first, second = network(ids, mask.expand(2, -1))
    torch.testing.assert_close(first[:2], second[:2])


def test_distances_are_counted_one_by_one_and_then_share_buckets():
    buckets = distance_buckets(300, 32, 128, torch.device("cpu"))
    assert buckets[0, :8].tolist() == [0, *range(17, 24)]
    assert buckets[299, 299 - 7] == 7
    assert buckets[0, 200] == buckets[0, 299] == 31


def test_a_controlnet_that_does_nothing_leaves_the_picture_alone():
    torch.manual_seed(0)
    unet, control = UNet(TINY_UNET), ControlNet(TINY_UNET)
    for name, parameter in control.named_parameters():
        if "zero_convs" in name or "middle_block_out" in name:
            torch.nn.init.zeros_(parameter)
    x, t, context = torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 3, 8)
    residuals = control(x, t, control.embed_hint(torch.rand(1, 3, 64, 64)), context)
    torch.testing.assert_close(unet(x, t, context, residuals=residuals), unet(x, t, context))


def test_residuals_of_another_kind_of_model_are_refused():
    unet = UNet(TINY_UNET)
    with pytest.raises(ValueError, match="another kind of model"):
        unet(torch.zeros(1, 4, 8, 8), torch.zeros(1), torch.zeros(1, 3, 8), residuals=[torch.zeros(1)])


def test_a_masked_token_does_not_change_the_picture():
    torch.manual_seed(0)
    block = AttentionBlock(32, 1, TextAttention(8))
    x, text, mask = torch.randn(1, 32, 4, 4), torch.randn(1, 3, 8), torch.tensor([[True, True, False]])
    changed = text.clone()
    changed[:, 2] += 5
    torch.testing.assert_close(block(x, text, mask), block(x, changed, mask))
    assert not torch.allclose(block(x, text), block(x, changed))


def test_a_block_that_reads_text_says_when_there_is_none():
    with pytest.raises(ValueError, match="text features"):
        AttentionBlock(32, 1, TextAttention(8))(torch.zeros(1, 32, 2, 2))
