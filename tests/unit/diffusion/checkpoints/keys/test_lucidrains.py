"""lucidrains' DALL·E 2 in published files."""

import pytest

from diffusion.checkpoints.keys.lucidrains import (
    lucidrains_decoder_prefixes,
    lucidrains_prior_config_from_shapes,
    lucidrains_unet_config_from_shapes,
    map_lucidrains_prior_keys,
)
from diffusion.checkpoints.keys.reading import ShapeError, renamed
from diffusion.networks.lucidrains_prior import LucidrainsPrior, LucidrainsPriorConfig
from diffusion.networks.lucidrains_unet import LucidrainsUNet, LucidrainsUNetConfig


@pytest.mark.parametrize("file", ["lucidrains_DiffusionPrior", "lucidrains_DiffusionPriorNetwork_d12"])
def test_the_prior_takes_every_tensor_of_its_file(published, assert_fits, file):
    shapes = published(f"fingerprints/{file}")
    part = renamed(shapes, map_lucidrains_prior_keys(shapes))
    config = assert_fits(lambda: LucidrainsPrior(lucidrains_prior_config_from_shapes(part)), part).config
    assert config == LucidrainsPriorConfig()


def test_the_decoder_takes_every_tensor_of_its_file(published, assert_fits):
    part = published("fingerprints/lucidrains_decoder_Unet")
    config = assert_fits(lambda: LucidrainsUNet(lucidrains_unet_config_from_shapes(part)), part).config
    assert config == LucidrainsUNetConfig()


def test_a_decoder_of_several_unets_is_told_by_its_prefixes():
    assert lucidrains_decoder_prefixes(["unets.0.a", "unets.1.a"]) == ("unets.0.", "unets.1.")
    assert lucidrains_decoder_prefixes(["null_image_embed"]) == ("",)


def test_an_option_that_is_not_built_is_named():
    with pytest.raises(ShapeError, match="memory_efficient"):
        lucidrains_unet_config_from_shapes({"downs.0.0.1.weight": (1,)})
