"""Small autoencoders in the forms they are published in."""

import pytest
import torch
from diffusers import AutoencoderTiny
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.tiny_autoencoder import TinyAutoencoder, TinyAutoencoderConfig


def half(name, channels=4):
    """One half's weights under TAESD's own names: positions in the stack."""
    torch.manual_seed(0)
    network = TinyAutoencoder(TinyAutoencoderConfig(channels, width=8, blocks=2))
    return {key.removeprefix(f"{name}."): value for key, value in network.state_dict().items() if key.startswith(name)}


@pytest.mark.parametrize("name", ["encoder", "decoder"])
def test_a_half_alone_opens_as_that_half(tmp_path, name):
    path = tmp_path / f"taesd_{name}.safetensors"
    save_file(half(name), path)
    opened = open_model(path)
    network = opened.autoencoder.weighted.network
    assert opened.autoencoder.kind == "taesd"
    assert (network.encoder is not None, network.decoder is not None) == (name == "encoder", name == "decoder")
    assert (network.config.width, network.config.blocks) == (8, 2)


def test_a_decoder_brings_the_encoder_that_lies_beside_it(tmp_path):
    for name in ("encoder", "decoder"):
        save_file(half(name), tmp_path / f"taesd_{name}.safetensors")
    opened = open_model(tmp_path / "taesd_decoder.safetensors")
    network = materialise(opened.autoencoder.weighted)
    picture = torch.rand(1, 3, 16, 16)
    with torch.inference_mode():
        assert network.decode(network.encode(picture)).shape == picture.shape


@pytest.mark.parametrize(
    ("file", "channels", "scale"), [("taesd", 4, 0.18215), ("taesdxl", 4, 0.13025), ("taesd3", 16, 1.5305)]
)
def test_the_scale_follows_channels_and_name(tmp_path, file, channels, scale):
    path = tmp_path / f"{file}_decoder.safetensors"
    save_file(half("decoder", channels), path)
    opened = open_model(path)
    assert opened.autoencoder.latent.scale == scale
    assert opened.autoencoder.weighted.network.config.scale == scale


def test_diffusers_small_autoencoder_decodes_as_diffusers_does(tmp_path):
    torch.manual_seed(0)
    widths = {"encoder_block_out_channels": (8,) * 4, "decoder_block_out_channels": (8,) * 4}
    theirs = AutoencoderTiny(num_encoder_blocks=(1, 2, 2, 2), num_decoder_blocks=(2, 2, 2, 1), **widths).eval()
    theirs.save_pretrained(tmp_path)
    ours = materialise(open_model(tmp_path).autoencoder.weighted)
    latent = torch.randn(1, 4, 4, 4)
    with torch.inference_mode():
        expected = theirs.decode(latent * ours.config.scale).sample
        torch.testing.assert_close(ours.decode(latent), expected, atol=1e-5, rtol=1e-4)
