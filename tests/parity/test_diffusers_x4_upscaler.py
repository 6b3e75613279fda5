"""Stable Diffusion's x4 upscaler end to end against diffusers' pipeline on small random weights.

Float32 on both sides, five steps of DDIM with velocity under guidance of 9. Latent difference seen: at most 7e-5 on
values of about 2; allowed 1e-3.
"""

import torch
from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, StableDiffusionUpscalePipeline, UNet2DConditionModel
from safetensors.torch import save_file
from test_diffusers import shake

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.conditioning import Conditioning
from diffusion.families.family import Prompt
from diffusion.families.small_picture import level_of
from diffusion.families.x4_upscaler import MOST_NOISE
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.processes.table import betas_for
from diffusion.samplers.noise import SeededNoise
from diffusion.schedules.forward import cumulative_alphas, noised

ALLOWED = 1e-3
BETAS = {"beta_start": 1e-4, "beta_end": 0.02, "beta_schedule": "scaled_linear"}


def small_unet():
    return UNet2DConditionModel(
        sample_size=16, in_channels=7, out_channels=4, layers_per_block=1, block_out_channels=(32, 64, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=1024, attention_head_dim=8, use_linear_projection=True,
        only_cross_attention=(True, True, False), num_class_embeds=1000,
    )  # fmt: skip


@torch.inference_mode()
def test_a_small_picture_and_words_become_the_latent_that_diffusers_makes(tmp_path):
    unet = shake(small_unet())
    vae = AutoencoderKL(block_out_channels=(32, 32, 32), down_block_types=("DownEncoderBlock2D",) * 3,
                        up_block_types=("UpDecoderBlock2D",) * 3, scaling_factor=0.08333)  # fmt: skip
    scheduler = DDIMScheduler(**BETAS, prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=True)
    pipeline = StableDiffusionUpscalePipeline(vae, None, None, unet, DDPMScheduler(**BETAS), scheduler)
    pipeline.set_progress_bar_config(disable=True)
    torch.manual_seed(1)
    positive, negative, small = torch.randn(1, 7, 1024), torch.randn(1, 7, 1024), torch.rand(1, 3, 16, 16)
    start = SeededNoise([5], (4, 16, 16)).draw()
    theirs = pipeline(
        image=small, prompt_embeds=positive, negative_prompt_embeds=negative, noise_level=20, latents=start,
        num_inference_steps=5, guidance_scale=9.0, generator=torch.Generator().manual_seed(3), output_type="latent",
    ).images  # fmt: skip
    file = tmp_path / "unet.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in unet.state_dict().items()}, file)
    opened = open_model(file)
    assert opened.detection.family == "x4_upscaler"
    assert level_of(Prompt(positive, {"noise_augmentation": 20 / 350}), MOST_NOISE + 1) == 20
    level = torch.tensor([20])
    noise = torch.randn(small.shape, generator=torch.Generator().manual_seed(3))
    shown = noised(small * 2 - 1, noise, cumulative_alphas(betas_for(opened.record.noise)), level)
    made = run_along_chain(
        materialise(opened.denoiser),
        opened.record,
        PixelStart(torch.zeros(1, 4, 16, 16), [5]),
        PixelSettings("ddim5", walk="ddim", guidance=9.0, threshold="none"),
        Conditioning(positive, level, {"concat": shown}),
        Conditioning(negative, level, {"concat": shown}),
    )
    assert (made - theirs).abs().max() < ALLOWED
