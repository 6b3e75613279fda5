"""Every published file whose names and shapes we have is recognised and fits its networks, key by key."""

import gzip
import json
import os
from pathlib import Path

import pytest

from diffusion.checkpoints.detect import detect
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.model_file import file_of_shapes
from diffusion.checkpoints.opening.table import KINDS

SHARED = Path(os.environ.get("NOISELOOM_SHARED") or Path(__file__).parents[5] / "shared")

# Folder and name of the collected file → the kind it is of. A new file gets its line here.
EXPECTED = {
    "manifests": {
        "clip_g": "clip_text",
        "clip_l": "clip_text",
        "controlnet_sd15_canny_full": "controlnet",
        "controlnet_v11p_sd15_canny": "controlnet",
        "glide_base": "glide",
        "glide_upsample": "glide",
        "guided_classifier_256": "classifier",
        "if_i_xl": "deepfloyd",
        "karlo_decoder": "karlo_decoder",
        "karlo_prior": "karlo_prior",
        "karlo_prior_diffusers": "prior",
        "karlo_sr": "karlo_upsampler",
        "kohya_sd15_lora_r16": "lora",
        "ldm_bsr_sr": "ldm_upscale",
        "ldm_text2img_large": "ldm_text",
        "sd15_diffusers_text_encoder": "clip_text",
        "sd15_diffusers_unet": "sd1",
        "sd15_diffusers_vae": "vae",
        "sd15_full": "sd1",
        "sd15_inpainting": "sd1_inpaint",
        "sd21_768_v": "sd2",
        "sd35_large": "sd35_large",
        "sd35_medium": "sd35_medium",
        "sd3_medium": "sd3",
        "sd3_medium_incl_clips": "sd3",
        "sd3_medium_incl_clips_t5xxlfp8": "sd3",
        "sdxl_base": "sdxl",
        "sdxl_diffusers_vae": "vae",
        "t5xxl_fp16": "t5",
    },
    "fingerprints": {
        "ADM_128": "adm",
        "ADM_256c": "adm",
        "ADM_256u": "adm",
        "ADM_64": "adm",
        "ADM_classifier_128": "classifier",
        "ADM_classifier_256": "classifier",
        "ADM_classifier_512": "classifier",
        "ADM_classifier_64": "classifier",
        "IF_I_L_inferred_config": "deepfloyd",
        "IF_I_XL_inferred_config": "deepfloyd",
        "Kandinsky2.1_inpaint_unet": "kandinsky",
        "Kandinsky2.1_unet": "kandinsky",
        "MOVQ": "movq",
        "SD1.5_UNet_orig": "sd1",
        "SD1.5_inpaint_UNet": "sd1_inpaint",
        "SD2": "sd2",
        "SD2_inpaint": "sd2_inpaint",
        "SD3_VAE_diffusers": "vae",
        "SD3_medium_MMDiT": "sd3",
        "SDXL_base": "sdxl",
        "bsr_sr": "ldm_upscale",
        "celeba256": "ldm_unconditional",
        "cin256_VQ_8_UNet": "ldm_class_vq8",
        "cin256_v2_UNet": "ldm_class",
        "diffusers_PriorTransformer_Kandinsky_2.2": "prior",
        "diffusers_PriorTransformer_karlo_Kandinsky_2.1": "prior",
        "diffusers_SD3.5_medium": "sd35_medium",
        "diffusers_SD3_medium": "sd3",
        "glide_base": "glide",
        "glide_base_inpaint": "glide",
        "glide_upsample": "glide",
        "inpainting_big": "ldm_inpaint",
        "karlo_decoder": "karlo_decoder",
        "karlo_prior": "karlo_prior",
        "karlo_sr": "karlo_upsampler",
        "lsun_churches": "ldm_churches",
        "lucidrains_DiffusionPrior": "lucidrains_prior",
        "lucidrains_DiffusionPriorNetwork_d12": "lucidrains_prior",
        "lucidrains_decoder_Unet": "lucidrains_decoder",
        "semantic256": "ldm_semantic",
        "text2img256_BERT": "bert",
        "text2img256_UNet": "ldm_text256",
        "txt2img_large_BERT": "bert",
        "txt2img_large_UNet": "ldm_text",
        "x4_upscaler": "x4_upscaler",
    },
}
PARTS = {
    "karlo_prior": {"prior"},
    "karlo_decoder": {"denoiser"},
    "MOVQ": {"autoencoder"},
    "sd15_full": {"denoiser", "autoencoder", "clip_l"},
    "sdxl_base": {"denoiser", "autoencoder", "clip_l", "clip_g"},
    "sd21_768_v": {"denoiser", "autoencoder", "clip_h"},
    "controlnet_sd15_canny_full": {"denoiser", "autoencoder", "clip_l", "control"},
    "sd3_medium_incl_clips_t5xxlfp8": {"denoiser", "autoencoder", "clip_l", "clip_g", "t5xxl"},
    "t5xxl_fp16": {"t5xxl"},
    "ldm_text2img_large": {"denoiser", "autoencoder", "bert"},
    "ldm_bsr_sr": {"denoiser", "autoencoder"},
    "ADM_classifier_64": {"classifier"},
    "txt2img_large_BERT": {"bert"},
    "clip_g": {"clip_g"},
}


def collected():
    return sorted(path for folder in EXPECTED for path in (SHARED / folder).glob("*.json.gz"))


def shapes_in(path):
    with gzip.open(path, "rt") as file:
        content = json.load(file)
    # Manifests tell the type too: name → [type, shape]; fingerprints are name → shape.
    if "tensors" in content:
        return {name: tuple(shape) for name, (_, shape) in content["tensors"].items()}
    return {name: tuple(shape) for name, shape in content.items()}


def label(path):
    return f"{path.parent.name}/{path.name.removesuffix('.json.gz')}"


@pytest.mark.parametrize("path", collected(), ids=label)
def test_a_published_file_is_recognised_and_every_key_has_its_place(path):
    folder, name = path.parent.name, path.name.removesuffix(".json.gz")
    assert name in EXPECTED[folder], f"{path} is new: say in EXPECTED which kind of file it is"
    shapes = shapes_in(path)
    detection = detect(Layout(shapes), KINDS)
    assert detection.family == EXPECTED[folder][name], detection.why
    if not detection.supported:
        return
    opened = open_parts(file_of_shapes(shapes), strict=False)
    report = opened.report
    assert (report.missing, report.unexpected, report.misshapen, report.unknown) == ((), (), (), ())
    if name in PARTS:
        names = ("denoiser", "autoencoder", "vision", "control", "classifier", "prior")
        found = {part for part in names if getattr(opened, part) is not None} | {text.kind for text in opened.text}
        assert found == PARTS[name]
