"""GLIDE's noise-aware CLIP: what its halves look at."""

import torch

from diffusion.networks.noisy_clip import NoisyClipConfig, NoisyClipImage, NoisyClipText

WORDS = NoisyClipConfig(width=16, layers=2, heads=2, embedding=8, positions=6, vocabulary=20)
PICTURES = NoisyClipConfig(width=16, layers=2, heads=2, embedding=8, positions=5, patch=4, timesteps=1000)


def test_a_prompt_is_read_at_its_last_token_and_padding_does_not_change_it():
    torch.manual_seed(0)
    network = NoisyClipText(WORDS)
    ids = torch.tensor([[1, 2, 3, 0, 0, 0], [1, 2, 3, 7, 8, 9]])
    first, second = network(ids, torch.tensor([3, 3]))
    torch.testing.assert_close(first, second)
    torch.testing.assert_close(first.norm(), torch.tensor(1.0))


def test_a_picture_is_read_together_with_its_noise_level():
    torch.manual_seed(0)
    network = NoisyClipImage(PICTURES)
    picture = torch.rand(1, 3, 8, 8) * 2 - 1
    little, much = (network(picture, torch.tensor([level])) for level in (0, 999))
    assert PICTURES.side == 8
    assert not torch.allclose(little, much)


def test_keys_are_those_of_the_published_files():
    with torch.device("meta"):
        network = NoisyClipImage(NoisyClipConfig())
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert shapes["blocks.input.w_t"] == (1000, 768)
    assert shapes["blocks.input.patch_proj"] == (768, 3, 4, 4)
    assert shapes["blocks.block_11.f_attn.f_k.w"] == (768, 768)
    assert "blocks.block_0.f_attn.f_k.b" not in shapes
    assert shapes["blocks.output.f.w"] == (512, 768)
