"""Stable Diffusion 1 from noise to picture against diffusers' pipeline: same weights, same noise, same levels."""

import pytest
import torch
from diffusers import AutoencoderKL as DiffusersAutoencoder
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
from test_diffusers import autoencoder_table, shake, translate, unet_table
from transformers import CLIPTextConfig, CLIPTextModel

from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.table import FAMILIES
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.image.pixels import from_autoencoder
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.processes.discrete import DiscreteProcess
from diffusion.samplers.choice import SolverChoice
from diffusion.schedules.discrete import scaled_linear

# Seen: 2e-6 of a picture in 0..1; float32 on both sides, sums in another order.
TOLERANCE = 1e-4
STEPS, SCALE, LATENT_SCALE = 4, 5.0, 0.18215


def copied(ours, theirs, table):
    names = translate(ours.state_dict(), table)
    names = {name: other.replace("nin_shortcut", "conv_shortcut") for name, other in names.items()}
    shapes, weights = ours.state_dict(), theirs.state_dict()
    ours.load_state_dict({name: weights[other].reshape(shapes[name].shape) for name, other in names.items()})
    return ours.eval()


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=24,
        attention_head_dim=4,
    )
    autoencoder = DiffusersAutoencoder(
        block_out_channels=(32, 32, 32, 32),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
    )
    text = CLIPTextModel(CLIPTextConfig(hidden_size=24, num_hidden_layers=1, num_attention_heads=2))
    scheduler = EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    pipeline = StableDiffusionPipeline(
        shake(autoencoder), text, None, shake(unet), scheduler, None, None, requires_safety_checker=False
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_a_guided_picture_is_that_of_diffusers_pipeline(theirs):
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(1, 4, 8, 8, generator=generator)
    positive, negative = (torch.randn(1, 7, 24, generator=generator) for _ in range(2))
    process = DiscreteProcess(scaled_linear())
    sigma = process.sigma_max
    picture = theirs(
        prompt_embeds=positive,
        negative_prompt_embeds=negative,
        # Theirs starts at σ·noise, ours at √(1+σ²)·noise.
        latents=noise * ((1 + sigma**2) ** 0.5 / sigma),
        num_inference_steps=STEPS,
        guidance_scale=SCALE,
        height=64,
        width=64,
        output_type="pt",
    ).images[0]

    config = UNetConfig(
        model_channels=32,
        level_channels=(32, 64),
        res_blocks=(1, 1),
        transformer_depth=(1, 0),
        context_width=24,
        heads=4,
    )
    unet = copied(UNet(config), theirs.unet, unet_table(2, 1, (1, 0)))
    autoencoder = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32, 32, 32, 32), res_blocks=1))
    autoencoder = copied(autoencoder, theirs.vae, autoencoder_table(4, 1))
    denoiser = NetworkDenoiser(unet, FAMILIES["sd1"], process)
    guided = ClassifierFreeGuidance(denoiser, Conditioning(positive), Conditioning(negative), SCALE)
    # With four steps the pipeline's timesteps are whole: 999, 666, 333, 0.
    levels = torch.tensor([*process.sigma(torch.tensor([999.0, 666.0, 333.0, 0.0])).tolist(), 0.0])
    with torch.inference_mode():
        start = noise * (1 + sigma**2) ** 0.5
        latent = SolverChoice("euler").solver()(guided, start, levels, noise=lambda *_: noise)
        ours = from_autoencoder(autoencoder.decode(latent / LATENT_SCALE))[0]
    difference = (ours.permute(2, 0, 1) - picture).abs().max().item()
    print(f"largest difference of a picture in 0..1: {difference:.2e}")
    assert ours.std() > 0.01
    assert difference < TOLERANCE
