"""Latent-diffusion UNets of published files, and ControlNets."""

import pytest

from diffusion.checkpoints.keys.controlnet import controlnet_config_from_shapes, map_controlnet_keys
from diffusion.checkpoints.keys.diffusers_unet import map_diffusers_unet_keys
from diffusion.checkpoints.keys.reading import renamed, shapes_under
from diffusion.checkpoints.keys.x4_upscaler import x4_upscaler_config_from_shapes
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.unet import UNet, UNetConfig

PREFIX = "model.diffusion_model."


@pytest.mark.parametrize(
    "file",
    [
        *("manifests/sd15_inpainting", "manifests/sd21_768_v", "manifests/sdxl_base", "manifests/ldm_text2img_large"),
        *("fingerprints/SD2_inpaint", "fingerprints/text2img256_UNet"),
        *("fingerprints/cin256_v2_UNet", "fingerprints/cin256_VQ_8_UNet"),
    ],
)
def test_a_unet_takes_every_tensor_of_its_file(published, assert_fits, file):
    shapes = published(file)
    part = shapes_under(shapes, PREFIX) or shapes
    assert_fits(lambda: UNet(unet_config_from_shapes(part)), part)


@pytest.mark.parametrize("file", ["manifests/controlnet_v11p_sd15_canny", "manifests/controlnet_sd15_canny_full"])
def test_a_controlnet_takes_every_tensor_of_its_file(published, assert_fits, file):
    shapes = published(file)
    part = renamed(shapes, map_controlnet_keys(shapes))
    network = assert_fits(lambda: ControlNet(*controlnet_config_from_shapes(part)), part)
    assert network.config == UNetConfig()


def test_the_x4_upscaler_attends_to_text_alone_on_its_large_levels(published, assert_fits):
    part = published("fingerprints/x4_upscaler")
    network = assert_fits(lambda: UNet(x4_upscaler_config_from_shapes(part)), part)
    assert network.config.text_only_levels == (1, 2)


def test_a_diffusers_unet_takes_every_tensor_of_its_file(published, assert_fits):
    shapes = published("manifests/sd15_diffusers_unet")
    names = map_diffusers_unet_keys(shapes)
    assert sorted(names.values()) == sorted(shapes)
    part = renamed(shapes, names)
    assert assert_fits(lambda: UNet(unet_config_from_shapes(part)), part).config == UNetConfig()
