"""Against diffusers' AutoencoderTiny with the same random weights; its stack has no entry for the soft clamp."""

import pytest
import torch
from diffusers import AutoencoderTiny

from diffusion.networks.tiny_autoencoder import TinyAutoencoder, TinyAutoencoderConfig


@pytest.fixture(scope="module")
def pair() -> tuple[TinyAutoencoder, AutoencoderTiny]:
    torch.manual_seed(5)
    theirs = AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8), latent_channels=4
    ).eval()
    ours = TinyAutoencoder(TinyAutoencoderConfig(width=8, scale=0.18215, shift=0.1)).eval()
    state = {}
    for name, tensor in theirs.state_dict().items():
        half, _, position, rest = name.split(".", 3)
        state[f"{half}.{int(position) + (half == 'decoder')}.{rest}"] = tensor
    ours.load_state_dict(state)
    return ours.requires_grad_(False), theirs.requires_grad_(False)


def test_it_decodes_as_the_reference_does(pair: tuple[TinyAutoencoder, AutoencoderTiny]) -> None:
    ours, theirs = pair
    latent = torch.randn(2, 4, 6, 5, generator=torch.Generator().manual_seed(1)) * 5
    expected = theirs.decode((latent - 0.1) * 0.18215).sample
    assert torch.allclose(ours.decode(latent), expected, atol=1e-5)


def test_it_encodes_as_the_reference_does(pair: tuple[TinyAutoencoder, AutoencoderTiny]) -> None:
    ours, theirs = pair
    picture = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(2)) * 2 - 1
    assert torch.allclose((ours.encode(picture) - 0.1) * 0.18215, theirs.encode(picture).latents, atol=1e-5)


def test_half_a_file_says_what_it_lacks() -> None:
    half = TinyAutoencoder(TinyAutoencoderConfig(width=8), encoder=False)
    with pytest.raises(ValueError, match="only a decoder"):
        half.encode(torch.zeros(1, 3, 8, 8))
