"""What the sampling nodes share: a run of a model under guidance, with its networks leased and its steps told."""

import io
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from diffusion.checkpoints.record import LatentFormat
from diffusion.checkpoints.weights import Weighted
from diffusion.control import guides_for
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.family import Frame
from diffusion.families.table import family_of
from diffusion.guidance.cfg import Guidance
from diffusion.guidance.classifier import Judge
from diffusion.guidance.entry import Entry
from diffusion.guidance.prepare import fitted_mask, prepared
from diffusion.image.pixels import to_pillow
from diffusion.image.preview import latent_picture
from diffusion.processes.process import Process
from diffusion.processes.table import process_for
from diffusion.sample import Start, seeds_for, walk
from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.step import Step as SamplerStep
from graph_engine.spec.sdk import NodeContext, Preview
from nodes.sockets import DiffusionModel, GuiderChoice, LatentBatch, NoiseChoice

PREVIEW_SIDE = 256


class Finished(NamedTuple):
    """The end of a run, and the last clean guess, which differs where noise is left."""

    latent: LatentBatch
    denoised: LatentBatch


def process_of(model: DiffusionModel) -> Process:
    """Return the process of a model: the one a node put in, or the one its record asks for."""
    return model.options.process or process_for(model.record)


def checked(latent: Tensor, model: DiffusionModel) -> Tensor:
    """Return the latent if it is one of this model's; an empty one of another size of channels is made anew.

    Raises:
        ValueError: it has another number of channels.
    """
    channels = model.record.latent.channels
    if latent.shape[1] == channels:
        return latent
    if not torch.any(latent):
        return latent.new_zeros(latent.shape[0], channels, *latent.shape[2:])
    raise ValueError(
        f"This model works on latents of {channels} channels; the one wired to latent_image has {latent.shape[1]}. "
        "Encode the picture with this model's own autoencoder."
    )


def begun(samples: Tensor, latent: LatentFormat) -> Tensor:
    """Return samples [B, C, h, w] in the denoiser's space; an empty latent (zeros) stays empty and is not shifted."""
    return latent.into_denoiser(samples) if torch.any(samples) else samples


def seeds_of(latent: LatentBatch, seed: int) -> list[int]:
    """Return a seed for each picture, by its number in the batch it comes from."""
    numbers = latent.get("batch_index")
    count = len(latent["samples"])
    if numbers is None or len(numbers) != count:
        return seeds_for(seed, count)
    return [(seed + number) % 2**64 for number in numbers]


@dataclass(frozen=True, eq=False)
class Run:
    """Levels, solver and noise of a run."""

    sampler: SolverChoice
    sigmas: Tensor
    noise: NoiseChoice


def run(ctx: NodeContext, guider: GuiderChoice, latent_image: LatentBatch, plan: Run) -> Finished:
    """Walk from the latent (noised, unless the noise is none) along the levels."""
    model = guider.model
    samples = checked(latent_image["samples"], model)
    if len(plan.sigmas) < 2:
        same: LatentBatch = {**latent_image, "samples": samples}
        return Finished(same, same)
    with ExitStack() as leases:
        rows = len(samples) * len(guider.prompts)
        network, rows = _leased(ctx, leases, model, samples, rows)
        for judge in model.options.guidance:
            if isinstance(judge, Judge):
                for weighted in judge.networks:
                    leases.enter_context(ctx.memory.lease(weighted))
        record, process = model.record, process_of(model)
        start = begun(samples.to(ctx.memory.device).float(), record.latent)
        frame = _frame(ctx, network, model, start, latent_image, plan.noise.seed)
        denoiser = NetworkDenoiser(
            network, family_of(record.family), process, dtype=frame.dtype, hooks=model.options.hooks
        )
        guided = _guided(ctx, leases, guider, denoiser, frame, rows)
        last: list[Tensor] = []

        def told(step: SamplerStep) -> None:
            last[:] = [step.denoised]
            ctx.progress(step.index + 1, step.total, preview(step.denoised, model))

        begin = Start(
            start, seeds_of(latent_image, plan.noise.seed), frame.mask, model.options.noise_offset, plan.noise.drawn
        )
        end = walk(
            guided, begin, process, plan.sampler, plan.sigmas, callback=told, interrupt=ctx.check_cancelled
        ).cpu()
    mask = None if frame.mask is None or float(plan.sigmas[-1]) != 0 else frame.mask.cpu()
    ends: list[LatentBatch] = []
    for one in (end, last[0].cpu() if last else end):
        latent = record.latent.out_of_denoiser(one)
        # Scaling there and back rounds; what is not repainted is the very latent that came in.
        kept = latent if mask is None else torch.where(mask.eq(0), samples.to(latent), latent)
        ends.append({**latent_image, "samples": kept})
    return Finished(*ends)


def _frame(
    ctx: NodeContext, network: nn.Module, model: DiffusionModel, start: Tensor, latent: LatentBatch, seed: int
) -> Frame:
    dtype = next(parameter.dtype for parameter in network.parameters() if parameter.is_floating_point())
    frame = Frame(tuple(start.shape), ctx.memory.device, dtype, model.record, latent=start, seed=seed)
    mask = latent.get("noise_mask")
    if mask is None:
        return frame
    return Frame(frame.shape, frame.device, dtype, model.record, latent=start, mask=fitted_mask(mask, frame), seed=seed)


def _leased(
    ctx: NodeContext, leases: ExitStack, model: DiffusionModel, samples: Tensor, rows: int
) -> tuple[nn.Module, int]:
    """Lease the network with room for all rows of a step at once, or, where that is too much, for a picture at a time.

    Returns it and the rows that fit into one pass.
    """
    fewest = len(samples)
    lease = ctx.memory.lease(
        model.weighted,
        working_bytes=_working_bytes(model, samples, rows),
        least_bytes=_working_bytes(model, samples, fewest),
        dtype=model.options.dtype,
    )
    network = leases.enter_context(lease)
    return network, fewest if ctx.memory.pressure.small_batches else rows


def _working_bytes(model: DiffusionModel, samples: Tensor, rows: int) -> int:
    """Estimate what a pass needs: its widest moment is the top level's attention and its skips."""
    config: Any = getattr(model.weighted.network, "config", None)
    width = int(getattr(config, "model_channels", 0) or getattr(config, "width", 0) // 4 or 320)
    return 4 * rows * samples.shape[-2] * samples.shape[-1] * width * 32


def _guided(
    ctx: NodeContext,
    leases: ExitStack,
    guider: GuiderChoice,
    denoiser: NetworkDenoiser,
    frame: Frame,
    rows: int,
) -> Guidance:
    family, process, options = denoiser.family, denoiser.process, guider.model.options

    def network_of(weighted: Weighted[Any]) -> Any:
        return leases.enter_context(ctx.memory.lease(weighted, dtype=options.dtype))

    wanted = {name: pairs for name, pairs in guider.prompts.items() if name != "negative"}
    avoided = guider.prompts.get("negative", [])
    guides, against = guides_for(
        [one for pairs in wanted.values() for _, one in pairs], [one for _, one in avoided], process, network_of
    )
    groups: dict[str, list[Entry]] = {}
    for name, pairs in wanted.items():
        groups[name] = prepared(pairs, frame, family, process, guides[: len(pairs)])
        guides = guides[len(pairs) :]
    if "negative" in guider.prompts:
        groups["negative"] = prepared(avoided, replace(frame, positive=False), family, process, against)
    return Guidance(denoiser, groups, guider.mixing, process=process, pieces=options.guidance, rows=rows)


def preview(denoised: Tensor, model: DiffusionModel) -> Preview:
    """Return a small JPEG of the first picture of a denoiser's latents."""
    picture = to_pillow(latent_picture(denoised[:1], model.record.latent.preview)[0])
    factor = max(1, PREVIEW_SIDE // max(picture.size))
    enlarged = picture.resize((picture.width * factor, picture.height * factor))
    buffer = io.BytesIO()
    enlarged.save(buffer, "JPEG", quality=85)
    return Preview("image/jpeg", buffer.getvalue())
