"""Runs put together from parts: noise, guider, sampler, noise levels."""

from typing import Annotated

import torch

from diffusion.guidance.mixing import ClassifierFree
from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.table import SAMPLERS
from graph_engine.spec.sdk import Choices, Ge, Le, Name, NodeContext, Seed, Step, Tooltip, node
from nodes.sampling_run import Run, begun, checked, process_of, run, seeds_of
from nodes.sockets import Conditioning, Guider, GuiderChoice, Latent, Model, Noise, NoiseChoice, Sampler, Sigmas

Output = Annotated[Latent, Name("output")]
Denoised = Annotated[Latent, Name("denoised_output")]


@node(id="SamplerCustomAdvanced", title="Sampler (from parts)", category="sampling/custom", durable=True)
def sampler_custom_advanced(
    ctx: NodeContext,
    *,
    noise: Noise,
    guider: Guider,
    sampler: Sampler,
    sigmas: Annotated[Sigmas, Tooltip("Noise levels, largest first")],
    latent_image: Latent,
) -> tuple[Output, Denoised]:
    """Walks along the given noise levels with the given solver, steered by the guider (Karras et al. 2022).

    The second output is the last clean guess: another picture than the first where the levels do not end in 0.
    """
    return run(ctx, guider, latent_image, Run(sampler, sigmas, noise))


@node(id="SamplerCustom", title="Sampler (given levels)", category="sampling/custom", durable=True)
def sampler_custom(
    ctx: NodeContext,
    *,
    model: Model,
    add_noise: Annotated[bool, Tooltip("Off for a latent that another sampler left half done")] = True,
    noise_seed: Annotated[int, Seed()] = 0,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the prompt steers; 1 is off")] = 8.0,
    positive: Conditioning,
    negative: Conditioning,
    sampler: Sampler,
    sigmas: Sigmas,
    latent_image: Latent,
) -> tuple[Output, Denoised]:
    """Walks along the given noise levels with the given solver and classifier-free guidance (Ho & Salimans 2022)."""
    guider = GuiderChoice(model, ClassifierFree(cfg), {"positive": positive, "negative": negative})
    return run(ctx, guider, latent_image, Run(sampler, sigmas, NoiseChoice(noise_seed, add_noise)))


@node(id="KSamplerSelect", title="Solver", category="sampling/custom/solvers")
def ksampler_select(*, sampler_name: Annotated[str, Choices(tuple(SAMPLERS))] = "euler") -> Sampler:
    """A solver by name, with its usual settings (Karras et al. 2022 and the papers that each solver names)."""
    return SolverChoice(sampler_name)


@node(id="RandomNoise", title="Noise", category="sampling/custom/noise", aliases=("seed",))
def random_noise(*, noise_seed: Annotated[int, Seed()] = 0) -> Noise:
    """Noise from a seed, drawn on the CPU: the same picture on every device (Ho et al. 2020).

    Picture i of a batch gets the noise of seed + i, so that it can be made again alone.
    """
    return NoiseChoice(noise_seed)


@node(id="DisableNoise", title="No noise", category="sampling/custom/noise")
def disable_noise() -> Noise:
    """No noise at the start: the latent is a run that another sampler left half done (Podell et al. 2023, §2.5)."""
    return NoiseChoice(0, drawn=False)


@node(id="AddNoise", title="Add noise", category="latent/noise")
def add_noise(*, model: Model, noise: Noise, sigmas: Sigmas, latent_image: Latent) -> Latent:
    """Puts noise on a latent as the forward process does (Ho et al. 2020, equation 4).

    As much as lies between the first and the last of the levels; with one level, as much as it says.
    """
    if not len(sigmas) or not noise.drawn:
        return latent_image
    process, record = process_of(model), model.record
    latent = begun(checked(latent_image["samples"], model).float(), record.latent)
    drawn = SeededNoise(seeds_of(latent_image, noise.seed), latent.shape[1:]).draw()
    level = float(abs(sigmas[0] - sigmas[-1])) if len(sigmas) > 1 else float(sigmas[0])
    noisy = torch.nan_to_num(process.settled(process.noisy(latent, drawn, level), level))
    return {**latent_image, "samples": record.latent.out_of_denoiser(noisy)}
