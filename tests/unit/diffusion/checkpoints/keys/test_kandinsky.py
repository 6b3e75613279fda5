"""Kandinsky 2 in published files."""

import pytest

from diffusion.checkpoints.keys.kandinsky import kandinsky_config_from_shapes, map_kandinsky_keys
from diffusion.checkpoints.keys.movq import map_movq_keys, movq_config_from_shapes, movq_shapes
from diffusion.checkpoints.keys.reading import renamed
from diffusion.networks.kandinsky import KandinskyConditionConfig, KandinskyUNet
from diffusion.networks.movq import MoVQ


@pytest.mark.parametrize(("file", "channels"), [("Kandinsky2.1_unet", 4), ("Kandinsky2.1_inpaint_unet", 9)])
def test_kandinskys_decoder_takes_every_tensor_of_its_file(published, assert_fits, file, channels):
    shapes = published(f"fingerprints/{file}")
    names = map_kandinsky_keys(shapes)
    assert sorted(names.values()) == sorted(shapes)
    part = renamed(shapes, names)
    config, condition = kandinsky_config_from_shapes(part)
    assert_fits(lambda: KandinskyUNet(config, condition), part)
    assert (config.in_channels, config.out_channels) == (channels, 8)
    assert condition == KandinskyConditionConfig()


def test_movq_takes_every_tensor_of_its_file(published, assert_fits):
    shapes = published("fingerprints/MOVQ")
    names = map_movq_keys(shapes)
    assert sorted(names.values()) == sorted(shapes)
    part = movq_shapes(shapes, names)
    config = assert_fits(lambda: MoVQ(movq_config_from_shapes(part)), part).config
    assert (config.codes, config.code_width, config.body.attention_levels) == (16384, 4, (3,))
