"""Kinds of file that no collected header stands for, made of their networks' own names and shapes."""

from dataclasses import replace
from pathlib import Path

import pytest

from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.model_file import file_of_shapes
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig
from diffusion.networks.t5 import T5Config, T5Encoder
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.networks.vq import AutoencoderVQ, VQConfig

FIRST = UNetConfig(model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 1))
SECOND = replace(FIRST, context_width=1024, linear_projections=True, heads=None, head_width=32)
XL = replace(SECOND, context_width=2048, label="vector", label_size=2816)
CLIP = ClipTextConfig(width=64, mlp_width=8, layers=1, heads=1)
OPEN_CLIP = OpenClipTextConfig(width=64, mlp_width=8, layers=1, heads=1, projection=64)
SMALL = AutoencoderConfig(base_channels=32, level_channels=(32, 32, 32, 32), res_blocks=1)
UNET, VAE = "model.diffusion_model.", "first_stage_model."


def names_of(prefix, build):
    with on_meta():
        return {prefix + name: tuple(tensor.shape) for name, tensor in build().state_dict().items()}


def opened(*parts, path="model.safetensors", **extra):
    shapes = {}
    for prefix, build in parts:
        shapes |= names_of(prefix, build)
    found = open_parts(file_of_shapes(shapes | extra, path=Path(path)))
    assert found.report.unknown == ()
    return found


def whole(config, text_prefix="cond_stage_model.model.", text=OPEN_CLIP):
    build = OpenClipText if isinstance(text, OpenClipTextConfig) else ClipText
    return (UNET, lambda: UNet(config)), (VAE, lambda: AutoencoderKL(SMALL)), (text_prefix, lambda: build(text))


@pytest.mark.parametrize(
    ("kind", "parts", "joined"),
    [
        ("sd2", whole(SECOND), None),
        ("sd2_inpaint", whole(replace(SECOND, in_channels=9)), "inpaint"),
        ("sd2_depth", whole(replace(SECOND, in_channels=5)), "depth"),
        (
            "sdxl_refiner",
            whole(replace(XL, context_width=1280, label_size=2560), "conditioner.embedders.0.model."),
            None,
        ),
        ("sdxl_inpaint", whole(replace(XL, in_channels=9), "conditioner.embedders.1.model."), "inpaint"),
        ("sdxl_instruct", whole(replace(XL, in_channels=8), "conditioner.embedders.1.model."), "picture"),
        ("x4_upscaler", whole(replace(SECOND, in_channels=7, label="class", label_size=1000)), "low_res"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_whole_model_is_known_by_what_its_unet_reads(kind, parts, joined):
    found = opened(*parts)
    assert found.detection.family == kind
    assert found.record.joined == joined
    assert found.autoencoder is not None
    assert len(found.text) == 1


def test_instructions_enter_version_1_with_the_picture_beside_the_latent():
    found = opened((UNET, lambda: UNet(replace(FIRST, in_channels=8))))
    assert (found.detection.family, found.record.joined) == ("sd1_instruct", "picture")


@pytest.mark.parametrize("prefix", ["", "unet.", "diffusion_model.", "net."])
def test_a_unet_is_found_under_any_usual_prefix(prefix):
    assert opened((prefix, lambda: UNet(FIRST))).detection.family == "sd1"


def test_an_averaged_copy_and_schedule_tables_are_left_aside():
    copies = {"model_ema.diffusion_modelout2bias": (4,), "model_ema.decay": (), "betas": (1000,), "v_pred": ()}
    found = opened((UNET, lambda: UNet(FIRST)), **copies)
    assert len(found.report.orphans) == 4


def test_markers_make_a_merge_of_xl_predict_velocity_over_a_rescaled_table():
    record = opened((UNET, lambda: UNet(XL)), v_pred=(), ztsnr=()).record
    assert record.prediction == "v"
    assert record.noise.zero_terminal_snr


def test_the_markers_of_playground_bring_its_noise_and_latent():
    record = opened((UNET, lambda: UNet(XL)), edm_mean=(4,), edm_std=(4,)).record
    assert (record.prediction, record.noise.kind, record.noise.sigma_max) == ("edm", "edm", 80.0)
    assert record.latent.mean == (-1.6574, 1.886, -1.383, 2.5155)


@pytest.mark.parametrize(
    ("name", "steps", "guidance"),
    [("sd_xl_turbo_1.0", 4, 1.0), ("sdxl_lightning_4step", 4, 1.0), ("sharp_turboprop", None, 7.0)],
)
def test_the_name_of_a_file_tells_a_distilled_model(name, steps, guidance):
    record = opened((UNET, lambda: UNet(XL)), path=f"{name}.safetensors").record
    assert (record.steps, record.guidance) == (steps, guidance)


@pytest.mark.parametrize(("levels", "channels", "factor"), [(3, 3, 4), (4, 4, 8), (5, 16, 16), (6, 64, 32), (4, 16, 8)])
@pytest.mark.parametrize("prefix", ["", "first_stage_model.", "vae."])
def test_an_autoencoder_alone_tells_its_channels_and_factor(prefix, levels, channels, factor):
    config = AutoencoderConfig(
        base_channels=32,
        level_channels=(32,) * levels,
        res_blocks=1,
        latent_channels=channels,
        embedding_channels=channels,
    )
    found = opened((prefix, lambda: AutoencoderKL(config)), **{"loss.logvar": ()})
    assert found.detection.family == "vae"
    assert (found.autoencoder.latent.channels, found.autoencoder.latent.factor) == (channels, factor)


def test_an_autoencoder_with_a_codebook_is_told_from_one_without():
    body = replace(SMALL, level_channels=(32, 32, 32), latent_channels=3, embedding_channels=3)
    found = opened(("", lambda: AutoencoderVQ(VQConfig(body, 64, 3))), **{"loss.discriminator.main.0.weight": (1,)})
    assert (found.detection.family, found.autoencoder.kind) == ("vq", "vq")
    assert found.autoencoder.latent.factor == 4


@pytest.mark.parametrize(
    ("path", "scale"),
    [("vae.safetensors", 0.18215), ("sdxl_vae.safetensors", 0.13025), ("stable-diffusion-xl/vae/d.bin", 0.13025)],
)
def test_the_name_of_an_autoencoder_tells_xl_from_version_1(path, scale):
    assert opened(("", lambda: AutoencoderKL(SMALL)), path=path).autoencoder.latent.scale == scale


@pytest.mark.parametrize(("width", "kind"), [(4096, "t5xxl"), (2048, "t5xl"), (768, "t5base")])
def test_a_t5_is_named_by_its_width_and_its_decoder_is_left_aside(width, kind):
    config = T5Config(width=width, mlp_width=8, layers=1, heads=1, head_width=8, vocabulary=16, gated=kind != "t5base")
    again = {"encoder.embed_tokens.weight": (16, width), "decoder.block.0.layer.0.SelfAttention.q.weight": (8, width)}
    assert opened(("", lambda: T5Encoder(config)), **again).text[0].kind == kind


def test_a_text_encoder_in_openclips_layout_opens_alone():
    found = opened(("", lambda: OpenClipText(replace(OPEN_CLIP, width=1024, heads=16))), logit_scale=())
    assert (found.detection.family, found.text[0].kind) == ("open_clip_text", "clip_h")


def test_a_file_can_be_opened_as_what_its_owner_says_it_is():
    strange = replace(FIRST, context_width=40)
    shapes = names_of("", lambda: UNet(strange))
    assert open_parts(file_of_shapes(shapes), kind="sd1").record.family == "sd1"
    with pytest.raises(ValueError, match="no kind of model file named 'sd9'"):
        open_parts(file_of_shapes(shapes), kind="sd9")
