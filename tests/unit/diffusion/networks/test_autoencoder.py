"""The autoencoder's own rules; its numbers are proven in tests/parity."""

import pytest
import torch

from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL


@pytest.mark.parametrize(
    "config",
    [
        AutoencoderConfig(base_channels=32, level_channels=(32, 64, 96), res_blocks=1),
        AutoencoderConfig(base_channels=64, level_channels=(64, 32), res_blocks=3, attention_levels=(1,)),
        AutoencoderConfig(base_channels=32, level_channels=(32, 32), latent_channels=16, embedding_channels=None),
    ],
)
def test_a_configuration_is_read_back_from_the_shapes_it_makes(config):
    with torch.device("meta"):
        network = AutoencoderKL(config)
    assert autoencoder_config_from_shapes({k: tuple(v.shape) for k, v in network.state_dict().items()}) == config


def test_a_latent_is_smaller_than_its_picture_by_the_factor():
    config = AutoencoderConfig(base_channels=32, level_channels=(32, 32, 32), res_blocks=1)
    network = AutoencoderKL(config)
    with torch.inference_mode():
        mean, logvar = network.encode(torch.zeros(1, 3, 24, 16))
        assert mean.shape == logvar.shape == (1, 4, 24 // config.factor, 16 // config.factor)
        assert network.decode(mean).shape == (1, 3, 24, 16)


def test_the_variance_of_a_latent_is_kept_within_bounds():
    network = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32,), res_blocks=1))
    with torch.inference_mode():
        network.quant_conv.bias.fill_(1000.0)
        assert network.encode(torch.zeros(1, 3, 8, 8))[1].max() == 20
