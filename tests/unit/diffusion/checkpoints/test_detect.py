"""Families told apart by keys and shapes, on the published files' own."""

import gzip
import json

import pytest

from diffusion.checkpoints.detect import detect

FAMILIES = {
    "sd15_full": "sd1",
    "sd15_inpainting": "sd1_inpaint",
    "sd21_768_v": "sd2",
    "sdxl_base": "sdxl",
    "sd3_medium": "sd3",
    "sd35_large": "sd3",
    "ldm_text2img_large": "ldm",
    "ldm_bsr_sr": "ldm",
    "kohya_sd15_lora_r16": "lora",
    "controlnet_v11p_sd15_canny": "controlnet",
    "glide_base": "glide",
    "karlo_decoder": "karlo",
    "clip_l": "clip_text",
    "sd15_diffusers_unet": "diffusers_unet",
}


@pytest.mark.parametrize("manifest", FAMILIES)
def test_a_published_file_is_recognised(shared, manifest):
    with gzip.open(shared / "manifests" / f"{manifest}.json.gz", "rt") as file:
        shapes = {name: tuple(shape) for name, (_, shape) in json.load(file)["tensors"].items()}
    assert detect(shapes).family == FAMILIES[manifest]


def test_only_stable_diffusion_1_counts_as_supported(shared):
    with gzip.open(shared / "manifests" / "sdxl_base.json.gz", "rt") as file:
        shapes = {name: tuple(shape) for name, (_, shape) in json.load(file)["tensors"].items()}
    assert not detect(shapes).supported


def test_something_else_is_unknown_and_its_first_key_is_told():
    found = detect({"what.is.this": (1,)})
    assert found.family is None
    assert "what.is.this" in " ".join(found.why)
