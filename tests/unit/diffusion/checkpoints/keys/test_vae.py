"""Autoencoders in files of diffusers."""

import pytest

from diffusion.checkpoints.keys.diffusers_vae import map_diffusers_vae_keys, vae_shapes
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL

VERSION_3 = AutoencoderConfig(latent_channels=16, embedding_channels=None)


@pytest.mark.parametrize(
    ("file", "config"),
    [
        ("manifests/sd15_diffusers_vae", AutoencoderConfig()),
        ("manifests/sdxl_diffusers_vae", AutoencoderConfig()),
        ("fingerprints/SD3_VAE_diffusers", VERSION_3),
    ],
)
def test_an_autoencoder_in_diffusers_layout_takes_every_tensor_of_its_file(published, assert_fits, file, config):
    shapes = published(file)
    names = map_diffusers_vae_keys(shapes)
    assert sorted(names.values()) == sorted(shapes)
    part = vae_shapes(shapes, names)
    assert assert_fits(lambda: AutoencoderKL(autoencoder_config_from_shapes(part)), part).config == config
