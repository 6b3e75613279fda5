"""Stable Diffusion 3 and 3.5 files."""

import pytest

from diffusion.checkpoints.keys.reading import shapes_under
from diffusion.checkpoints.keys.sd3 import AUTOENCODER, TRANSFORMER, mmdit_config_from_shapes
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.mmdit import MMDiT, MMDiTConfig

FILES = ["manifests/sd3_medium", "manifests/sd35_large", "manifests/sd35_medium"]


@pytest.mark.parametrize("file", FILES)
def test_the_transformer_takes_every_tensor_under_its_prefix(published, assert_fits, file):
    part = shapes_under(published(file), TRANSFORMER)
    assert_fits(lambda: MMDiT(mmdit_config_from_shapes(part)), part)


@pytest.mark.parametrize("file", FILES)
def test_the_autoencoder_takes_every_tensor_under_its_prefix(published, assert_fits, file):
    part = shapes_under(published(file), AUTOENCODER)
    network = assert_fits(lambda: AutoencoderKL(autoencoder_config_from_shapes(part)), part)
    assert (network.config.latent_channels, network.config.embedding_channels) == (16, None)


def test_the_default_configuration_is_version_3_medium(published):
    assert mmdit_config_from_shapes(shapes_under(published(FILES[0]), TRANSFORMER)) == MMDiTConfig()


def test_version_3_5_medium_attends_twice_in_its_first_thirteen_blocks(published):
    config = mmdit_config_from_shapes(shapes_under(published(FILES[2]), TRANSFORMER))
    assert (config.dual_layers, config.normalise_query_key, config.grid) == (13, True, 384)
