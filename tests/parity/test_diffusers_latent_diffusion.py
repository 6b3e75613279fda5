"""Latent diffusion's text-to-image end to end against diffusers' pipeline, from the folder diffusers itself saves.

Small random weights, float32 on both sides, five steps of DDIM under guidance of 5. Image difference seen, in 0..1: at
most 5e-6; allowed 1e-4.
"""

import torch
from diffusers import AutoencoderKL, DDIMScheduler, LDMTextToImagePipeline, UNet2DConditionModel
from diffusers.pipelines.latent_diffusion.pipeline_latent_diffusion import LDMBertConfig, LDMBertModel
from safetensors.torch import save_file
from test_diffusers import shake
from transformers import BertTokenizer

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.conditioning import Conditioning
from diffusion.image.pixels import from_autoencoder
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.text.tokenizer_files import text_encoder

ALLOWED = 1e-4
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "cat", "##s"]


def pipeline_in(folder):
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    bert = LDMBertConfig(
        vocab_size=len(WORDS), max_position_embeddings=77, encoder_layers=2, encoder_ffn_dim=5120,
        encoder_attention_heads=2, head_dim=64, d_model=1280,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(32, 64),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=1280, attention_head_dim=8,
    )  # fmt: skip
    autoencoder = AutoencoderKL(
        block_out_channels=(32, 32, 32, 32), layers_per_block=1, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        scaling_factor=0.18215,
    )  # fmt: skip
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=True
    )
    tokenizer = BertTokenizer(str(folder / "vocab.txt"))
    parts = shake(autoencoder), shake(LDMBertModel(bert)), tokenizer, shake(unet), scheduler
    pipeline = LDMTextToImagePipeline(*parts)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def saved(pipeline, folder):
    """What `save_pretrained` writes, as far as it is read here."""
    for name in ("unet", "vqvae", "bert"):
        (folder / name).mkdir(parents=True)
        state = {key: value.clone().contiguous() for key, value in getattr(pipeline, name).state_dict().items()}
        save_file(state, folder / name / "diffusion_pytorch_model.safetensors")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    pipeline.save_config(folder)
    return folder


@torch.inference_mode()
def test_a_prompt_becomes_the_picture_that_diffusers_makes_of_it(tmp_path):
    pipeline = pipeline_in(tmp_path)
    seeded = torch.Generator().manual_seed(3)
    theirs = pipeline(
        ["a red cat"], height=64, width=64, num_inference_steps=5, guidance_scale=5.0, generator=seeded,
        output_type="np",
    ).images  # fmt: skip
    opened = open_model(saved(pipeline, tmp_path / "model"))
    assert opened.detection.family == "ldm_text"
    assert not opened.report.unknown
    text = text_encoder(opened.text[0], opened.path)
    bert = materialise(opened.text[0].weighted)

    def read(prompt):
        words = [text.tokenizer.begin_id, *text.tokenizer.words(prompt), text.tokenizer.end_id]
        ids = words + [text.tokenizer.padding_id] * (77 - len(words))
        return Conditioning(bert(torch.tensor([ids])))

    start = PixelStart(torch.zeros(1, 4, 8, 8), [3])
    settings = PixelSettings("ddim5", walk="ddim", guidance=5.0, threshold="none")
    latent = run_along_chain(materialise(opened.denoiser), opened.record, start, settings, read("a red cat"), read(""))
    made = materialise(opened.autoencoder.weighted).decode(opened.record.latent.out_of_denoiser(latent))
    difference = (from_autoencoder(made) - torch.from_numpy(theirs)).abs().max()
    assert difference < ALLOWED
