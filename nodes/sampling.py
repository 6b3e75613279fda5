"""Walk from noise to a latent."""

from typing import Annotated

from diffusion.guidance.mixing import ClassifierFree
from diffusion.sample import RunSettings, sigmas_for_run
from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.table import SCHEDULES
from graph_engine.spec.sdk import Choices, Ge, Le, NodeContext, Seed, Step, Tooltip, node
from nodes.sampling_run import Run, process_of, run
from nodes.sockets import Conditioning, GuiderChoice, Latent, Model, NoiseChoice

Steps = Annotated[int, Ge(1), Le(10_000), Tooltip("More steps, finer result, more time")]
Cfg = Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the prompt steers; 1 is off")]
SamplerName = Annotated[str, Choices(tuple(SAMPLERS)), Tooltip("The solver")]
SchedulerName = Annotated[str, Choices(tuple(SCHEDULES)), Tooltip("How noise levels are spaced")]
Place = Annotated[int, Ge(0), Le(10_000)]
Switch = Annotated[str, Choices(("enable", "disable"))]


@node(id="KSampler", title="Sampler", category="sampling", aliases=("denoise", "paint", "diffusion"), durable=True)
def ksampler(
    ctx: NodeContext,
    *,
    model: Model,
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same picture")] = 0,
    steps: Steps = 20,
    cfg: Cfg = 8.0,
    sampler_name: SamplerName = "euler",
    scheduler: SchedulerName = "normal",
    positive: Annotated[Conditioning, Tooltip("What the picture shows")],
    negative: Annotated[Conditioning, Tooltip("What to stay away from")],
    latent_image: Annotated[Latent, Tooltip("The size, or a picture to start from")],
    denoise: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("1 starts from pure noise; less keeps more")] = 1.0,
) -> Latent:
    """Turns noise into a latent, step by step, steered by the prompts.

    Classifier-free guidance (Ho & Salimans 2022) on a denoiser in the form of Karras et al. 2022.
    """
    sigmas = sigmas_for_run(RunSettings(sampler_name, scheduler, steps, denoise), process_of(model))
    guider = GuiderChoice(model, ClassifierFree(cfg), {"positive": positive, "negative": negative})
    return run(ctx, guider, latent_image, Run(SolverChoice(sampler_name), sigmas, NoiseChoice(seed))).latent


@node(
    id="KSamplerAdvanced",
    title="Sampler (part of a run)",
    category="sampling",
    aliases=("refiner", "hand over", "start at step"),
    durable=True,
)
def ksampler_advanced(
    ctx: NodeContext,
    *,
    model: Model,
    add_noise: Annotated[Switch, Tooltip("Off for a latent that another sampler left half done")] = "enable",
    noise_seed: Annotated[int, Seed()] = 0,
    steps: Steps = 20,
    cfg: Cfg = 8.0,
    sampler_name: SamplerName = "euler",
    scheduler: SchedulerName = "normal",
    positive: Conditioning,
    negative: Conditioning,
    latent_image: Latent,
    start_at_step: Annotated[Place, Tooltip("Steps before it are left out")] = 0,
    end_at_step: Annotated[Place, Tooltip("Steps from it on are left out")] = 10_000,
    return_with_leftover_noise: Annotated[
        Switch, Tooltip("On leaves the noise of the steps that are left out, for another sampler")
    ] = "disable",
) -> Latent:
    """Walks a part of a run, so that two models can share it: a base model begins and its refiner ends.

    Podell et al. 2023 (section 2.5) hand SDXL's last fifth to the refiner. Both samplers need the same number of steps
    and the same spacing.
    """
    sigmas = sigmas_for_run(RunSettings(sampler_name, scheduler, steps), process_of(model))
    last = min(end_at_step, len(sigmas) - 1)
    cut = sigmas[: last + 1].clone()
    if return_with_leftover_noise == "disable":
        cut[-1] = 0.0
    plan = Run(SolverChoice(sampler_name), cut[start_at_step:], NoiseChoice(noise_seed, add_noise == "enable"))
    guider = GuiderChoice(model, ClassifierFree(cfg), {"positive": positive, "negative": negative})
    return run(ctx, guider, latent_image, plan).latent
