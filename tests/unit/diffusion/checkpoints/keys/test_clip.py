"""Text encoders of published files."""

import pytest

from diffusion.checkpoints.keys.clip import (
    OPEN_CLIP_SD2,
    OPEN_CLIP_SDXL,
    TRANSFORMERS_SD3_G,
    TRANSFORMERS_SD3_L,
    TRANSFORMERS_SDXL,
    map_clip_keys,
    map_open_clip_keys,
    open_clip_text_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import renamed
from diffusion.checkpoints.shapes import clip_text_config_from_shapes
from diffusion.networks.clip import ClipText
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig


@pytest.mark.parametrize(
    ("file", "prefix", "layers", "heads"),
    [("manifests/sd21_768_v", OPEN_CLIP_SD2, 24, 16), ("manifests/sdxl_base", OPEN_CLIP_SDXL, 32, 20)],
)
def test_an_open_clip_encoder_takes_every_tensor_under_its_prefix(published, assert_fits, file, prefix, layers, heads):
    shapes = published(file)
    part = renamed(shapes, map_open_clip_keys(shapes, prefix))
    config = assert_fits(lambda: OpenClipText(open_clip_text_config_from_shapes(part)), part).config
    assert (config.layers, config.heads) == (layers, heads)


def test_the_second_encoder_of_sdxl_is_the_default_configuration(published):
    shapes = published("manifests/sdxl_base")
    part = renamed(shapes, map_open_clip_keys(shapes, OPEN_CLIP_SDXL))
    assert open_clip_text_config_from_shapes(part) == OpenClipTextConfig()


def _bare(part):
    return {name.removeprefix("transformer."): shape for name, shape in part.items()}


@pytest.mark.parametrize(
    ("file", "prefix"), [("manifests/sdxl_base", TRANSFORMERS_SDXL), ("manifests/sd15_diffusers_text_encoder", "")]
)
def test_an_encoder_without_projection_takes_every_tensor_under_its_prefix(published, assert_fits, file, prefix):
    shapes = published(file)
    part = renamed(shapes, map_clip_keys(shapes, prefix))
    assert_fits(lambda: ClipText(clip_text_config_from_shapes(_bare(part))), part)


@pytest.mark.parametrize(
    ("file", "prefix"),
    [
        ("manifests/clip_l", ""),
        ("manifests/clip_g", ""),
        ("manifests/sd3_medium_incl_clips", TRANSFORMERS_SD3_L),
        ("manifests/sd3_medium_incl_clips", TRANSFORMERS_SD3_G),
    ],
)
def test_an_encoder_of_stable_diffusion_3_fits_with_its_projection(published, assert_fits, file, prefix):
    shapes = published(file)
    part = renamed(shapes, map_clip_keys(shapes, prefix))
    projection = part["text_projection.weight"][0]
    config = clip_text_config_from_shapes(_bare(part))
    assert_fits(lambda: ClipTextWithProjection(config, projection), part)
