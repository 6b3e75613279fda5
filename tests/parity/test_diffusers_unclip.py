"""unCLIP's systems against diffusers' on small random weights, networks and whole runs.

Both sides take the same weights, the same text features and the same noise: diffusers draws its own through
`randn_tensor`, which is made to draw for each size from a generator of that size's own, as our runs do from their seed.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKL as DiffusersAutoencoder
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    PriorTransformer,
    StableUnCLIPImg2ImgPipeline,
    UNet2DConditionModel,
    UNet2DModel,
    VQModel,
)
from diffusers.pipelines.deprecated.unclip import UnCLIPPipeline, pipeline_unclip
from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel
from diffusers.pipelines.kandinsky.text_encoder import MCLIPConfig, MultilingualCLIP
from diffusers.pipelines.stable_diffusion import pipeline_stable_unclip_img2img
from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import StableUnCLIPImageNormalizer
from diffusers.schedulers import scheduling_ddim, scheduling_unclip
from diffusers.schedulers.scheduling_unclip import UnCLIPScheduler
from test_diffusers import shake
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.materialise import materialise
from diffusion.checkpoints.model_file import ModelFile
from diffusion.checkpoints.stores import LoadedStore
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import OTHER_STREAM as STREAM
from diffusion.families.table import family_of
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.priors.diffusion_prior import PriorRun, PriorText, sample_prior
from diffusion.priors.published import published_prior

TOLERANCE = {"atol": 3e-5, "rtol": 1e-4}
SEED, LENGTH, WIDTH, CONTEXT = 7, 6, 32, 32
RESNETS = {"down_block_types": ("ResnetDownsampleBlock2D",) * 2, "up_block_types": ("ResnetUpsampleBlock2D",) * 2}
ATTENDING = {
    "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
    "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "attention_head_dim": 64,
    "cross_attention_dim": CONTEXT,
}
PIXEL = {
    "layers_per_block": 1,
    "block_out_channels": (32, 64),
    "resnet_time_scale_shift": "scale_shift",
}


def opened(**modules):
    """A file of the modules' weights, under their names if they are several, opened by us."""
    tensors = {
        (f"{name}." if len(modules) > 1 else "") + key: tensor.contiguous()
        for name, module in modules.items()
        for key, tensor in module.state_dict().items()
    }
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    return open_parts(ModelFile(Path("weights"), shapes, LoadedStore(tensors), "weights"))


@pytest.fixture
def noise_by_size(monkeypatch):
    """Let diffusers draw for each size from its own generator; returns the seeds, which a test may set."""
    seeds, generators = {}, {}

    def draw(shape, **_):
        shape = tuple(shape)
        if shape not in generators:
            generators[shape] = torch.Generator().manual_seed(seeds.get(shape, SEED))
        return torch.randn(shape[1:], generator=generators[shape])[None]

    for module in (pipeline_unclip, scheduling_unclip, pipeline_stable_unclip_img2img, scheduling_ddim):
        monkeypatch.setattr(module, "randn_tensor", lambda shape, *_, **__: draw(shape))
    return seeds


class Words:
    """In place of a tokenizer: the empty text, begin, end and padding."""

    model_max_length = LENGTH

    def __call__(self, texts, **_):
        ids = torch.tensor([[1, 2, 2, 2, 2, 2]] * len(texts))
        mask = torch.tensor([[1, 1, 0, 0, 0, 0]] * len(texts))
        return type("Ids", (), {"input_ids": ids, "attention_mask": mask})()


def text_encoder():
    config = CLIPTextConfig(
        vocab_size=8,
        hidden_size=WIDTH,
        intermediate_size=32,
        projection_dim=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=LENGTH,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    return shake(CLIPTextModelWithProjection(config))


def karlo():
    torch.manual_seed(0)
    prior = PriorTransformer(
        num_attention_heads=1, attention_head_dim=64, num_layers=2, embedding_dim=WIDTH, num_embeddings=LENGTH
    )
    decoder = UNet2DConditionModel(
        sample_size=16, in_channels=3, out_channels=6, class_embed_type="identity", **ATTENDING, **PIXEL
    )
    stages = [
        UNet2DModel(sample_size=32, in_channels=6, out_channels=3, add_attention=False, **RESNETS, **PIXEL)
        for _ in range(2)
    ]
    text = UnCLIPTextProjModel(
        clip_embeddings_dim=WIDTH, time_embed_dim=PIXEL["block_out_channels"][0] * 4, cross_attention_dim=CONTEXT
    )
    return [shake(module) for module in (prior, decoder, text, *stages)]


def settings(steps, guidance):
    return PixelSettings(respacing=str(steps), guidance=guidance)


def paint(weighted, record, size, prompts, run):
    """One of our runs along a chain; returns [1, 3, H, W]."""
    network, shape = materialise(weighted), (1, record.latent.channels, *size)
    family = family_of(record.family)

    def steering(prompt, positive):
        frame = Frame(shape, torch.device("cpu"), torch.float32, record, positive, seed=SEED)
        return family.condition(prompt, frame)

    conditionings = [steering(prompt, number == 0) for number, prompt in enumerate(prompts)]
    return run_along_chain(network, record, PixelStart(torch.zeros(shape), [SEED]), run, *conditionings)


def test_karlo_paints_what_diffusers_does(noise_by_size):
    prior, decoder, text_proj, first, last = karlo()
    encoder = text_encoder()
    pipeline = UnCLIPPipeline(
        prior=prior,
        decoder=decoder,
        text_encoder=encoder,
        tokenizer=Words(),
        text_proj=text_proj,
        super_res_first=first,
        super_res_last=last,
        prior_scheduler=UnCLIPScheduler(
            prediction_type="sample", variance_type="fixed_small_log", clip_sample_range=5.0
        ),
        decoder_scheduler=UnCLIPScheduler(variance_type="learned_range"),
        super_res_scheduler=UnCLIPScheduler(variance_type="fixed_small_log"),
    )
    pipeline.set_progress_bar_config(disable=True)
    pooled, sequence = torch.randn(1, WIDTH), torch.randn(1, LENGTH, WIDTH)
    mask = torch.tensor([[True, True, True, True, False, False]])
    expected = pipeline(
        text_model_output=(pooled, sequence),
        text_attention_mask=mask,
        prior_num_inference_steps=4,
        decoder_num_inference_steps=3,
        super_res_num_inference_steps=3,
        output_type="np",
    ).images

    empty = encoder(Words()([""]).input_ids)
    negative = PriorText(
        empty.text_embeds.detach(), empty.last_hidden_state.detach(), Words()([""]).attention_mask.bool()
    )
    model = opened(prior=prior, decoder=decoder, text_proj=text_proj, super_res_first=first, super_res_last=last)
    assert (model.detection.family, model.notes) == ("karlo", ())
    ready = published_prior(materialise(model.prior))
    image = sample_prior(
        ready.network,
        PriorText(pooled, sequence, mask),
        negative,
        PriorRun(steps=4),
        seeds=[SEED],
        finish=ready.finish,
    )
    prompts = [
        Prompt(
            sequence,
            {"pooled_output": pooled, "attention_mask": mask, "unclip_conditioning": [{"image_embeds": image}]},
        ),
        Prompt(negative.sequence, {"pooled_output": negative.pooled, "attention_mask": negative.mask}),
    ]
    small = paint(model.denoiser, model.record, (16, 16), prompts, settings(3, 8.0)).clamp(-1, 1)
    grown = Prompt(torch.zeros(1, 1, 1), {"concat_image": small})
    large = paint(model.parts["upsampler"], model.facts["upsampler_record"], (32, 32), [grown], settings(3, 1.0))
    made = (large / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1)
    difference = (made - torch.from_numpy(expected)).abs().max().item()
    print(f"Karlo: largest difference {difference:.1e} of 1, after 4 + 3 + 3 steps")
    # Seen: 8e-4, a fifth of a step of 8 bits. diffusers has the cosine schedule in float32, whose last ᾱ is 2e-9.
    assert difference < 2e-3
    assert made.std() > 0.05


@pytest.mark.parametrize("version", ["2.1", "2.2"])
def test_kandinskys_unet_is_that_of_diffusers(version):
    torch.manual_seed(0)
    image_width, text = 12, version == "2.1"
    kinds = (
        {"encoder_hid_dim_type": "text_image_proj", "encoder_hid_dim": 20, "addition_embed_type": "text_image"}
        if text
        else {"encoder_hid_dim_type": "image_proj", "encoder_hid_dim": image_width, "addition_embed_type": "image"}
    )
    # diffusers takes the width of the image embedding of version 2.1 from that of attention.
    attending = ATTENDING | {"cross_attention_dim": image_width if text else CONTEXT}
    theirs = UNet2DConditionModel(in_channels=4, out_channels=8, **kinds, **attending, **PIXEL)
    shake(theirs)
    model = opened(unet=theirs)
    assert model.record.learned_range
    ours = materialise(model.denoiser)
    x, timesteps, image = torch.randn(2, 4, 8, 8), torch.tensor([3, 981]), torch.randn(2, image_width)
    sequence, pooled = torch.randn(2, 5, 20), torch.randn(2, image_width)
    added = {"image_embeds": image} | ({"text_embeds": pooled} if text else {})
    with torch.inference_mode():
        expected = theirs(x, timesteps, sequence if text else None, added_cond_kwargs=added).sample
        given = (pooled, sequence) if text else (None, None)
        torch.testing.assert_close(ours.steer(x, timesteps, ours.read(image, *given)), expected, **TOLERANCE)


def test_movq_is_that_of_diffusers():
    torch.manual_seed(0)
    theirs = VQModel(
        block_out_channels=(32, 64),
        down_block_types=("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", "UpDecoderBlock2D"),
        latent_channels=4,
        vq_embed_dim=4,
        num_vq_embeddings=32,
        norm_type="spatial",
    )
    shake(theirs)
    model = opened(movq=theirs)
    assert model.detection.family == "movq"
    ours = materialise(model.autoencoder.weighted)
    image, latent = torch.rand(1, 3, 16, 24) * 2 - 1, torch.randn(1, 4, 8, 6)
    with torch.inference_mode():
        torch.testing.assert_close(ours.encode(image), theirs.encode(image).latents, **TOLERANCE)
        plain = theirs.decode(latent, force_not_quantize=True).sample
        torch.testing.assert_close(ours.decode(latent), plain, **TOLERANCE)
        torch.testing.assert_close(ours.decode(latent, snap=True), theirs.decode(latent).sample, **TOLERANCE)


def test_stable_unclip_paints_what_diffusers_does(noise_by_size):
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=1024,
        attention_head_dim=(1, 1),
        use_linear_projection=True,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * WIDTH,
    )
    vae = DiffusersAutoencoder(
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
    )
    normaliser = StableUnCLIPImageNormalizer(WIDTH)
    unet, vae, normaliser = shake(unet), shake(vae), shake(normaliser)
    pipeline = StableUnCLIPImg2ImgPipeline(
        feature_extractor=None,
        image_encoder=text_encoder(),
        image_normalizer=normaliser,
        image_noising_scheduler=DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        tokenizer=Words(),
        text_encoder=text_encoder(),
        unet=unet,
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            prediction_type="v_prediction",
        ),
        vae=vae,
    )
    pipeline.set_progress_bar_config(disable=True)
    sequence, negative, image = torch.randn(1, 5, 1024), torch.randn(1, 5, 1024), torch.randn(1, WIDTH)
    # Our embeddings are noised from a stream of their own.
    noise_by_size[(1, WIDTH)] = SEED ^ STREAM
    expected = pipeline(
        prompt_embeds=sequence,
        negative_prompt_embeds=negative,
        image_embeds=image,
        noise_level=400,
        num_inference_steps=4,
        guidance_scale=6.0,
        height=16,
        width=16,
        output_type="np",
    ).images

    model = opened(unet=unet, vae=vae)
    assert (model.detection.family, model.record.family) == ("sd2_unclip", "sd_unclip")
    statistics = (normaliser.mean.detach(), normaliser.std.detach())
    entry = {"image_embeds": image, "noise_augmentation": 400 / 999, "statistics": statistics}
    prompts = [Prompt(sequence, {"unclip_conditioning": [entry]}), Prompt(negative)]
    run = PixelSettings(respacing="ddim4", walk="ddim", guidance=6.0, threshold="none")
    record = replace(model.record, prediction="v")
    latent = paint(model.denoiser, record, (8, 8), prompts, run)
    with torch.inference_mode():
        pixels = materialise(model.autoencoder.weighted).decode(latent / vae.config.scaling_factor)
    made = (pixels / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1)
    difference = (made - torch.from_numpy(expected)).abs().max().item()
    print(f"Stable unCLIP: largest difference {difference:.1e} of 1, after 4 steps")
    assert difference < 1e-4
    assert made.std() > 0.05


def test_the_multilingual_text_encoder_is_that_of_diffusers():
    torch.manual_seed(0)
    config = MCLIPConfig(
        transformerDimSize=64,
        imageDimSize=12,
        vocab_size=30,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=1,
        intermediate_size=48,
        max_position_embeddings=12,
        type_vocab_size=1,
        layer_norm_eps=1e-5,  # as in the published configuration; not the library's default
        pad_token_id=1,
    )
    theirs = shake(MultilingualCLIP(config))
    model = opened(text=theirs)
    assert (model.text[0].kind, model.notes) == ("xlm_r", ())
    ours = materialise(model.text[0].weighted)
    ids = torch.tensor([[0, 7, 8, 9, 2, 1, 1], [0, 5, 2, 1, 1, 1, 1]])
    with torch.inference_mode():
        embedding, features = theirs(ids, (ids != 1).long())
        states = ours(ids)
        torch.testing.assert_close(states.last, features, **TOLERANCE)
        torch.testing.assert_close(ours.pool(states.last, ids), embedding, **TOLERANCE)
