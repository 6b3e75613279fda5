"""What the nodes of pixel models share: a run on leased networks, pictures as the model sees them, previews."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.conditioning import Conditioning as Steering
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.guidance.classifier import Judge
from diffusion.image.pixels import from_autoencoder
from diffusion.pixel_defaults import usual_settings
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.samplers.step import Step
from graph_engine.spec.sdk import NodeContext
from nodes.sampling_run import preview
from nodes.sockets import Conditioning, DiffusionModel

AUTO = "auto"


def settings_of(
    model: DiffusionModel,
    *,
    respacing: str,
    threshold: str,
    cfg: float | None,
    temperature: float | None = None,
    **rest: Any,
) -> PixelSettings:
    """Return the settings of a run: what the model's authors recommend, changed by what is not "auto" or None."""
    usual = usual_settings(model.record)
    chosen: dict[str, Any] = dict(rest)
    if respacing.strip() != AUTO:
        chosen["respacing"] = respacing
    if threshold != AUTO:
        chosen["threshold"] = threshold
    if cfg is not None:
        chosen["guidance"] = cfg
    if temperature is not None:
        chosen["temperature"] = temperature
    return replace(usual, **chosen)


def with_options(pairs: Conditioning, **options: Any) -> Conditioning:
    """Return a conditioning whose every entry has further options."""
    return [(sequence, {**old, **options}) for sequence, old in pairs]


def mask_of(latent: Any, like: Tensor) -> Tensor | None:
    """Return the mask of a latent as [B, 1, H, W] of 0 and 1 in the size of `like`, or None."""
    mask = latent.get("noise_mask")
    if mask is None:
        return None
    mask = mask.reshape(-1, 1, *mask.shape[-2:]).float()
    return F.interpolate(mask, like.shape[-2:], mode="bilinear", antialias=True).round()


def _push_of(judges: Sequence[Judge]) -> Callable[[Tensor, Tensor], Tensor] | None:
    if not judges:
        return None

    def push(x: Tensor, timesteps: Tensor) -> Tensor:
        return torch.stack([judge.push(x, timesteps) for judge in judges]).sum(dim=0)

    return push


def _single(pairs: Conditioning) -> Prompt:
    if len(pairs) != 1:
        raise ValueError(f"This sampler takes one conditioning on each input; here are {len(pairs)} combined.")
    return Prompt(*pairs[0])


def working_bytes(shape: Sequence[int], model: DiffusionModel) -> int:
    """Estimate what a guided pass needs besides the weights: the finest level's feature maps and its skips."""
    network = model.weighted.network
    widths = getattr(network.config, "level_channels", (320,))
    patch = getattr(network, "patch", 1)
    return 4 * 2 * shape[0] * (shape[-2] // patch) * (shape[-1] // patch) * widths[0] * 24


def run_pixels(
    ctx: NodeContext,
    model: DiffusionModel,
    begin: PixelStart,
    settings: PixelSettings,
    positive: Conditioning,
    negative: Conditioning | None,
) -> Tensor:
    """Lease what the run needs and walk along the model's chain; returns [B, C, H, W] on the CPU.

    `begin.picture` is in the denoiser's space; without a negative conditioning there is no guidance.
    """
    record, device = model.record, ctx.memory.device
    family = family_of(record.family)
    if negative is None:
        settings = replace(settings, guidance=1.0)
    judges = [piece for piece in model.options.guidance if isinstance(piece, Judge)]
    with ExitStack() as leases:
        need = working_bytes(begin.picture.shape, model)
        network = leases.enter_context(ctx.memory.lease(model.weighted, working_bytes=need, dtype=model.options.dtype))
        for judge in judges:
            for weighted in judge.networks:
                leases.enter_context(ctx.memory.lease(weighted, working_bytes=need))
        dtype = next(network.parameters()).dtype
        picture = begin.picture.to(device)
        mask = None if begin.mask is None else begin.mask.to(device)

        def steering(pairs: Conditioning, wanted: bool) -> Steering:
            frame = Frame(tuple(picture.shape), device, dtype, record, wanted, picture, mask, begin.seeds[0])
            return family.condition(_single(pairs), frame).to(device, dtype)

        def told(step: Step) -> None:
            ctx.progress(step.index + 1, step.total, preview(step.denoised, model))

        made = run_along_chain(
            network,
            record,
            PixelStart(picture, begin.seeds, mask),
            settings,
            steering(positive, True),
            None if negative is None else steering(negative, False),
            dtype=dtype,
            push=_push_of(judges),
            callback=told,
            interrupt=ctx.check_cancelled,
        )
    return made.cpu()


def as_images(pixels: Tensor) -> Tensor:
    """Turn pixels [B, 3, H, W] in -1..1 into pictures [B, H, W, 3] in 0..1."""
    return from_autoencoder(pixels)
