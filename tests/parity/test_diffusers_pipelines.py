"""Whole pictures against diffusers: its pipeline of tiny random networks is saved, opened as users' folders are, run.

Same weights, same noise, same scheduler; both sides in float32. What differs is the order of sums, through text
encoders, guided steps and the decoder.
"""

import json
from contextlib import contextmanager

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from test_diffusers import shake
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.processes.table import process_for
from diffusion.sample import RunSettings, sample
from diffusion.samplers.noise import SeededNoise
from diffusion.text.encoder import TextOptions
from diffusion.text.families import TEXT_FAMILIES, encode_text
from diffusion.text.tokenizer import vocabulary_from_merges
from diffusion.text.tokenizer_files import text_encoder

# Of a picture in 0..1; the largest difference that was seen was below 1e-5.
PICTURE = 5e-5
TEXT = {"atol": 2e-5, "rtol": 1e-4}
SEED, STEPS, SCALE = 3, 4, 5.0
PROMPT, NEGATIVE = "a red bird, standing", "blue"
VOCABULARY = vocabulary_from_merges([("r", "e"), ("re", "d</w>"), ("b", "i"), ("b", "l")])


def clip_tokenizer(folder, padding):
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(VOCABULARY.tokens), encoding="utf-8")
    merges = "\n".join(f"{first} {second}" for first, second in VOCABULARY.merges)
    (folder / "merges.txt").write_text(f"#version: 0.2\n{merges}\n", encoding="utf-8")
    settings = {"model_max_length": 77, "pad_token": padding, "bos_token": "<|startoftext|>"}
    names = {"eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), **settings, **names)


def t5_tokenizer():
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((letter, -2.0) for letter in "▁abcdefghinorstuvwxyz,()")]
    engine = Tokenizer(Unigram(pieces, 2, False))
    engine.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    engine.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=engine, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def clip(kind, width, activation, **more):
    end = VOCABULARY.tokens["<|endoftext|>"]
    config = CLIPTextConfig(
        **{"vocab_size": len(VOCABULARY.tokens), "hidden_size": width, "intermediate_size": 64},
        **{"num_hidden_layers": 3, "num_attention_heads": 2, "hidden_act": activation, "pad_token_id": 0},
        **{"bos_token_id": VOCABULARY.tokens["<|startoftext|>"], "eos_token_id": end, **more},
    )
    return shake(kind(config))


def autoencoder(channels, scale, **more):
    return shake(
        AutoencoderKL(
            **{"latent_channels": channels, "block_out_channels": (32,) * 4, "layers_per_block": 1},
            **{"down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4},
            **{"scaling_factor": scale, **more},
        )
    )


def sdxl(folder):
    """A pipeline of SDXL; its larger encoder's projection has the real width, as the vector of sizes asks for."""
    unet = UNet2DConditionModel(
        **{"sample_size": 8, "block_out_channels": (32, 64), "layers_per_block": 1, "cross_attention_dim": 32 + 48},
        **{"down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D")},
        **{"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"), "transformer_layers_per_block": (1, 2)},
        **{"attention_head_dim": (2, 4), "use_linear_projection": True, "addition_embed_type": "text_time"},
        **{"addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 1280 + 6 * 256},
    )
    return StableDiffusionXLPipeline(
        vae=autoencoder(4, 0.13025),
        text_encoder=clip(CLIPTextModel, 32, "quick_gelu"),
        text_encoder_2=clip(CLIPTextModelWithProjection, 48, "gelu", projection_dim=1280),
        tokenizer=clip_tokenizer(folder / "first", "<|endoftext|>"),
        tokenizer_2=clip_tokenizer(folder / "second", "!"),
        unet=shake(unet),
        # Four steps from the last entry of the table to the first fall on whole ones, 333 apart.
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="linspace"
        ),
        force_zeros_for_empty_prompt=False,
        add_watermarker=False,
    )


def sd3(folder):
    """A pipeline of Stable Diffusion 3. CLIP-L's pooled features are used unprojected: its projection does nothing."""
    transformer = SD3Transformer2DModel(
        **{"sample_size": 8, "patch_size": 2, "in_channels": 16, "out_channels": 16, "num_layers": 2},
        **{
            "attention_head_dim": 64,
            "num_attention_heads": 2,
            "joint_attention_dim": 96,
            "caption_projection_dim": 128,
        },
        **{"pooled_projection_dim": 32 + 40, "pos_embed_max_size": 12},
    )
    small = clip(CLIPTextModelWithProjection, 32, "quick_gelu", projection_dim=32)
    with torch.no_grad():
        small.text_projection.weight.copy_(torch.eye(32))
    words = T5Config(
        d_model=96, d_kv=16, d_ff=64, num_layers=2, num_heads=2, vocab_size=40, feed_forward_proj="gated-gelu"
    )
    return StableDiffusion3Pipeline(
        transformer=shake(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=autoencoder(16, 1.5305, shift_factor=0.0609, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=small,
        tokenizer=clip_tokenizer(folder / "first", "<|endoftext|>"),
        text_encoder_2=clip(CLIPTextModelWithProjection, 48, "gelu", projection_dim=40),
        tokenizer_2=clip_tokenizer(folder / "second", "!"),
        text_encoder_3=shake(T5EncoderModel(words)),
        tokenizer_3=t5_tokenizer(),
    )


@contextmanager
def lease(weighted):
    yield materialise(weighted)


class Ours:
    """A folder of a pipeline, run by our code."""

    def __init__(self, folder, family):
        self.opened = open_model(folder)
        assert self.opened.record.family == family
        # Tiny encoders have no width that would tell which they are.
        kinds = ("clip_l", "clip_g", "t5xxl")[: len(self.opened.text)]
        assert tuple(text.kind for text in self.opened.text) == kinds
        self.encoders = [text_encoder(text, folder) for text in self.opened.text]
        self.family = TEXT_FAMILIES[family]

    def words(self, text):
        return encode_text(self.family, self.encoders, text, TextOptions(), lease)

    def paint(self):
        record = self.opened.record
        family, process = family_of(record.family), process_for(record)
        start = torch.zeros(1, record.latent.channels, 8, 8)

        def conditioned(text, positive):
            features = self.words(text)
            frame = Frame(tuple(start.shape), torch.device("cpu"), torch.float32, record, positive)
            return family.condition(Prompt(features.sequence, {"pooled_output": features.pooled}), frame)

        denoiser = NetworkDenoiser(materialise(self.opened.denoiser), family, process)
        guided = ClassifierFreeGuidance(denoiser, conditioned(PROMPT, True), conditioned(NEGATIVE, False), SCALE)
        latent = sample(guided, start, process, RunSettings("euler", "normal", STEPS), seeds=[SEED])
        decoded = materialise(self.opened.autoencoder.weighted).decode(record.latent.out_of_denoiser(latent))
        return (decoded / 2 + 0.5).clamp(0, 1)


def noise(channels):
    return SeededNoise([SEED], (channels, 8, 8)).draw()


@torch.inference_mode()
def test_a_picture_of_sdxl_is_that_of_diffusers(tmp_path):
    theirs = sdxl(tmp_path)
    theirs.save_pretrained(tmp_path / "model")
    ours = Ours(tmp_path / "model", "sdxl")

    sequence, _, pooled, _ = theirs.encode_prompt(PROMPT, do_classifier_free_guidance=False)
    features = ours.words(PROMPT)
    torch.testing.assert_close(features.sequence, sequence, **TEXT)
    torch.testing.assert_close(features.pooled, pooled, **TEXT)

    sigma = theirs.scheduler.sigmas.max().item()
    # diffusers begins with σ·noise, we with √(1 + σ²)·noise.
    begin = noise(4) * (1 + sigma**2) ** 0.5 / sigma
    expected = theirs(
        **{"prompt": PROMPT, "negative_prompt": NEGATIVE, "latents": begin},
        **{"num_inference_steps": STEPS, "guidance_scale": SCALE, "height": 64, "width": 64, "output_type": "pt"},
    ).images
    assert (ours.paint() - expected).abs().max() < PICTURE


@torch.inference_mode()
def test_a_picture_of_version_3_is_that_of_diffusers(tmp_path):
    theirs = sd3(tmp_path)
    theirs.save_pretrained(tmp_path / "model")
    ours = Ours(tmp_path / "model", "sd3")

    sequence, _, pooled, _ = theirs.encode_prompt(
        **{"prompt": "a red bird", "prompt_2": None, "prompt_3": None, "max_sequence_length": 77},
        do_classifier_free_guidance=False,
    )
    features = ours.words("a red bird")
    torch.testing.assert_close(features.sequence, sequence, **TEXT)
    torch.testing.assert_close(features.pooled, pooled, **TEXT)

    expected = theirs(
        **{"prompt": PROMPT, "negative_prompt": NEGATIVE, "latents": noise(16)},
        **{"num_inference_steps": STEPS, "guidance_scale": SCALE, "height": 64, "width": 64, "output_type": "pt"},
        max_sequence_length=77,
    ).images
    assert (ours.paint() - expected).abs().max() < PICTURE
