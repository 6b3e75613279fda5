"""Walk from noise to a latent."""

import io
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated, Any

import torch

from diffusion.checkpoints.weights import Weighted
from diffusion.conditioning import Conditioning as DenoiserConditioning
from diffusion.control import guides_for
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.image.pixels import to_pillow
from diffusion.image.preview import SD1_PREVIEW, latent_to_rgb
from diffusion.processes.table import process_for
from diffusion.sample import RunSettings, sample, seeds_for
from diffusion.samplers.step import Step as SamplerStep
from diffusion.samplers.table import SAMPLERS
from diffusion.schedules.table import SCHEDULES
from graph_engine.spec.sdk import Choices, Ge, Le, NodeContext, Preview, Seed, Step, Tooltip, node
from nodes.sockets import Conditioning, DiffusionModel, Latent, Model

PREVIEW_SIDE = 256


@node(id="KSampler", title="Sampler", category="sampling", aliases=("denoise", "paint", "diffusion"))
def ksampler(
    ctx: NodeContext,
    *,
    model: Model,
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same picture")] = 0,
    steps: Annotated[int, Ge(1), Le(10_000), Tooltip("More steps, finer result, more time")] = 20,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the prompt steers; 1 is off")] = 8.0,
    sampler_name: Annotated[str, Choices(tuple(SAMPLERS)), Tooltip("The solver")] = "euler",
    scheduler: Annotated[str, Choices(tuple(SCHEDULES)), Tooltip("How noise levels are spaced")] = "normal",
    positive: Annotated[Conditioning, Tooltip("What the picture shows")],
    negative: Annotated[Conditioning, Tooltip("What to stay away from")],
    latent_image: Annotated[Latent, Tooltip("The size, or a picture to start from")],
    denoise: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("1 starts from pure noise; less keeps more")] = 1.0,
) -> Latent:
    """Turns noise into a latent, step by step, steered by the prompts.

    Classifier-free guidance (Ho & Salimans 2022) on a denoiser in the form of Karras et al. 2022.
    """
    latent = latent_image["samples"]
    _check(latent, model)
    device = ctx.memory.device
    with ctx.memory.lease(model.weighted, working_bytes=_working_bytes(latent, model)) as network, ExitStack() as more:
        record, latent = model.record, latent.to(device)
        process, family = process_for(record), family_of(record.family)
        dtype = next(network.parameters()).dtype
        denoiser = NetworkDenoiser(network, family, process, dtype=dtype)
        start = record.latent.into_denoiser(latent)

        def network_of(weighted: Weighted[Any]) -> Any:
            return more.enter_context(ctx.memory.lease(weighted))

        options = [[options for _, options in pairs] for pairs in (positive, negative)]
        guides = guides_for(options[0], options[1], process, network_of)

        def steering(pairs: Conditioning, positive: bool) -> DenoiserConditioning:
            frame = Frame(tuple(latent.shape), device, dtype, record, positive, latent=start, seed=seed)
            made = family.condition(_prompt(pairs), frame).to(device, dtype)
            return replace(made, guide=guides[0 if positive else 1][0])

        guided = ClassifierFreeGuidance(denoiser, steering(positive, True), steering(negative, False), cfg)

        def told(step: SamplerStep) -> None:
            ctx.progress(step.index + 1, step.total, _preview(step.denoised, model))

        samples = sample(
            guided,
            start,
            process,
            RunSettings(sampler_name, scheduler, steps, denoise),
            seeds=seeds_for(seed, len(latent)),
            callback=told,
            interrupt=ctx.check_cancelled,
        )
    return {**latent_image, "samples": model.record.latent.out_of_denoiser(samples.cpu())}


def _prompt(pairs: Conditioning) -> Prompt:
    if len(pairs) != 1:
        raise ValueError(f"The sampler takes one conditioning on each input; here are {len(pairs)} combined.")
    return Prompt(*pairs[0])


def _check(latent: torch.Tensor, model: DiffusionModel) -> None:
    channels = model.record.latent.channels
    if latent.shape[1] != channels:
        raise ValueError(
            f"This model works on latents of {channels} channels; the one wired to latent_image has {latent.shape[1]}. "
            "Encode the picture with this model's own autoencoder."
        )


def _working_bytes(latent: torch.Tensor, model: DiffusionModel) -> int:
    # Guidance doubles the batch; the widest moment is the top level's attention and its skips.
    config = model.weighted.network.config
    cells = latent.shape[0] * 2 * latent.shape[2] * latent.shape[3]
    return 4 * cells * config.model_channels * 32


def _preview(denoised: torch.Tensor, model: DiffusionModel) -> Preview:
    picture = to_pillow(latent_to_rgb(denoised[:1], model.record.latent.preview or SD1_PREVIEW)[0])
    factor = max(1, PREVIEW_SIDE // max(picture.size))
    enlarged = picture.resize((picture.width * factor, picture.height * factor))
    buffer = io.BytesIO()
    enlarged.save(buffer, "JPEG", quality=85)
    return Preview("image/jpeg", buffer.getvalue())
