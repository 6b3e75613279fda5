"""Classes and maps on their way into latent diffusion."""

import pytest
import torch

from diffusion.networks.attention_block import AttentionBlock
from diffusion.networks.conditioners import ClassEmbedder, SpatialRescaler, one_hot_map


def test_a_class_becomes_a_sequence_of_one_token():
    embedder = ClassEmbedder(10, 6)
    tokens = embedder(torch.tensor([3, 9]))
    torch.testing.assert_close(tokens[:, 0], embedder.embedding.weight[[3, 9]])
    assert tokens.shape == (2, 1, 6)


def test_a_map_shrinks_by_halves_and_its_channels_are_mixed():
    rescaler = SpatialRescaler(4, 3)
    # Of a map of one label, resizing changes nothing but the size.
    shrunk = rescaler(one_hot_map(torch.full((1, 16, 8), 2), 4))
    weight = rescaler.channel_mapper.weight[:, 2, 0, 0]
    torch.testing.assert_close(shrunk, weight[None, :, None, None].expand(1, 3, 4, 2))


def test_a_label_the_model_does_not_know_is_refused_with_the_range():
    with pytest.raises(ValueError, match="knows 0 to 3"):
        one_hot_map(torch.full((1, 2, 2), 4), 4)


def test_both_orders_of_fused_attention_are_the_same_layer_with_its_rows_rearranged():
    torch.manual_seed(0)
    old, new = AttentionBlock(64, 2), AttentionBlock(64, 2, part_major=True)
    state = old.state_dict()
    for name in ("qkv.weight", "qkv.bias"):
        rows = state[name].unflatten(0, (2, 3, 32)).transpose(0, 1).flatten(0, 2)
        state[name] = rows
    new.load_state_dict(state)
    x = torch.randn(1, 64, 3, 3)
    torch.testing.assert_close(new(x), old(x))
