"""DeepFloyd IF end to end against diffusers' pipelines: same small random weights, same noise, same chain.

Both sides compute in float32; diffusers keeps its schedule in float32 too, ours is float64. Image difference seen, in
-1..1: stage I at most 1e-4 (mean 2e-5), stage II at most 6e-4 (mean 4e-5). Random networks under guidance of 7 magnify
each step's rounding, so the largest may be 3e-3 and the mean 2e-4.
"""

import pytest
import torch
from diffusers import DDPMScheduler, IFPipeline, IFSuperResolutionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from test_diffusers import shake

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.conditioning import Conditioning
from diffusion.families.deepfloyd import DeepFloyd
from diffusion.guidance.threshold import dynamic_threshold
from diffusion.networks.deepfloyd import grown_picture
from diffusion.pixel_run import GuidedNetwork, PixelSettings, PixelStart, chain_for, run_along_chain
from diffusion.samplers.chain import ChainRun, sample_chain
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas, noised
from tests.parity.deepfloyd_config import CONFIG

LARGEST, MEAN = 3e-3, 2e-4
STEPS = 5
# The published code multiplies by 0.7071 where diffusers' published configuration divides by 1.414.
UPSAMPLER = {
    "in_channels": 6,
    "sample_size": 32,
    "class_embed_type": "timestep",
    "mid_block_scale_factor": 1 / 0.7071,
    "resnet_out_scale_factor": 1 / 0.7071,
    "resnet_skip_time_act": True,
    "time_embedding_act_fn": "gelu",
    "only_cross_attention": (False, True),
    "mid_block_only_cross_attention": False,
}


class Stream:
    """One generator for everything a pipeline draws, as diffusers has it."""

    def __init__(self, seed, shape):
        self.generator, self.shape = torch.Generator().manual_seed(seed), shape

    def draw(self):
        return torch.randn(self.shape, generator=self.generator)

    def __call__(self, sigma, sigma_next):
        return self.draw()


def scheduler(largest):
    return DDPMScheduler(
        beta_schedule="squaredcos_cap_v2",
        variance_type="learned_range",
        thresholding=True,
        dynamic_thresholding_ratio=0.95,
        sample_max_value=largest,
        clip_sample=True,
    )


def ours(theirs, folder):
    """Open diffusers' weights from the file diffusers would write."""
    file = folder / "diffusion_pytorch_model.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in theirs.state_dict().items()}, file)
    opened = open_model(file)
    return materialise(opened.denoiser), opened.record


@pytest.fixture
def text():
    torch.manual_seed(1)
    return torch.randn(1, 7, 64), torch.randn(1, 7, 64)


@torch.inference_mode()
def test_the_first_stage_paints_what_diffusers_paints(text, tmp_path):
    unet = shake(UNet2DConditionModel(**CONFIG))
    pipeline = IFPipeline(None, None, unet, scheduler(1.5), None, None, None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    positive, negative = text
    theirs = pipeline(
        prompt_embeds=positive,
        negative_prompt_embeds=negative,
        num_inference_steps=STEPS,
        guidance_scale=7.0,
        generator=torch.Generator().manual_seed(5),
        output_type="pt",
    ).images
    network, record = ours(unet, tmp_path)
    settings = PixelSettings(f"ddim{STEPS}", guidance=7.0, threshold="dynamic", share=0.95, largest=1.5)
    start = PixelStart(torch.zeros(1, 3, 16, 16), [5])
    made = run_along_chain(network, record, start, settings, Conditioning(positive), Conditioning(negative))
    assert record.learned_range
    assert (made - theirs).abs().max() < LARGEST
    assert (made - theirs).abs().mean() < MEAN


@torch.inference_mode()
def test_the_second_stage_enlarges_as_diffusers_does(text, tmp_path):
    unet = shake(UNet2DConditionModel(**CONFIG | UPSAMPLER))
    pipeline = IFSuperResolutionPipeline(
        None, None, unet, scheduler(1.0), DDPMScheduler(beta_schedule="squaredcos_cap_v2"), None, None, None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    positive, negative = text
    small = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(2)) * 2 - 1
    theirs = pipeline(
        image=small,
        noise_level=250,
        prompt_embeds=positive,
        negative_prompt_embeds=negative,
        num_inference_steps=STEPS,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(5),
        output_type="pt",
    ).images
    network, record = ours(unet, tmp_path)
    assert record.joined == "low_res"
    stream = Stream(5, (1, 3, 32, 32))
    x, level = stream.draw(), torch.tensor([250])
    noisy = noised(grown_picture(small, (32, 32)), stream.draw(), cumulative_alphas(cosine_betas()), level)
    extras = {"concat": noisy, "level": level}
    guided = GuidedNetwork(
        network, DeepFloyd(), Conditioning(positive, extras=extras), Conditioning(negative, extras=extras), 4.0,
        torch.float32,
    )  # fmt: skip
    run = ChainRun(threshold=lambda clean: dynamic_threshold(clean, 0.95, 1.0))
    made = sample_chain(guided, x, chain_for(record, f"ddim{STEPS}"), run, noise=stream)
    assert (made - theirs).abs().max() < LARGEST
    assert (made - theirs).abs().mean() < MEAN
