"""``nodes.common_ksampler``, ``comfy.sample``, ``comfy_extras``: what packs call to sample as built-in nodes do."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from compat.comfyui.worker.shims.place import ShimPlace

EXTRAS = (
    "clip_sdxl",
    "compositing",
    "cond",
    "custom_sampler",
    "differential_diffusion",
    "flux",
    "freelunch",
    "images",
    "latent",
    "mask",
    "model_advanced",
    "perpneg",
    "post_processing",
    "rebatch",
    "sd3",
    "upscale_model",
)
"""The modules in which ComfyUI keeps further built-in nodes: here each has every built-in class."""


def common_ksampler(
    model: Any,
    seed: int,
    steps: int,
    cfg: float,
    sampler_name: str,
    scheduler: str,
    positive: Any,
    negative: Any,
    latent: Any,
    denoise: float = 1.0,
    disable_noise: bool = False,
    start_step: int | None = None,
    last_step: int | None = None,
    force_full_denoise: bool = False,
) -> tuple[Any, ...]:
    """Sample as ``KSampler`` does, or ``KSamplerAdvanced`` where only some of the steps are asked for."""
    nodes = importlib.import_module("nodes").NODE_CLASS_MAPPINGS
    if denoise < 1.0 and not disable_noise and start_step is None and last_step is None:
        plain = nodes["KSampler"]()
        return plain.sample(
            model, seed, steps, cfg, sampler_name, scheduler, positive, negative, latent, denoise=denoise
        )
    return nodes["KSamplerAdvanced"]().sample(
        model=model,
        add_noise="disable" if disable_noise else "enable",
        noise_seed=seed,
        steps=steps,
        cfg=cfg,
        sampler_name=sampler_name,
        scheduler=scheduler,
        positive=positive,
        negative=negative,
        latent_image=latent,
        start_at_step=start_step or 0,
        end_at_step=10_000 if last_step is None else last_step,
        return_with_leftover_noise="disable" if force_full_denoise or last_step is None else "enable",
    )


def sample_members(_place: ShimPlace) -> Mapping[str, Any]:
    """``comfy.sample``: starting noise, always drawn on the CPU, so that a seed means the same everywhere."""
    import torch

    def prepare_noise(latent_image: Any, seed: int, noise_inds: Any = None) -> Any:
        generator = torch.Generator("cpu").manual_seed(seed)
        if noise_inds is None:
            return torch.randn(latent_image.shape, generator=generator, dtype=torch.float32)
        drawn = [
            torch.randn((1, *latent_image.shape[1:]), generator=generator, dtype=torch.float32)
            for _ in range(int(max(noise_inds)) + 1)
        ]
        return torch.cat([drawn[int(index)] for index in noise_inds])

    def fix_empty_latent_channels(_model: Any, latent_image: Any) -> Any:
        return latent_image

    return {"prepare_noise": prepare_noise, "fix_empty_latent_channels": fix_empty_latent_channels}


def execution_members(_place: ShimPlace) -> Mapping[str, Any]:
    """``execution``: packs import it and rarely look inside. There is nothing of ComfyUI's executor to patch."""
    return {}


def _extra_members(name: str, _place: ShimPlace) -> Mapping[str, Any]:
    def answer(attribute: str) -> Any:
        classes = importlib.import_module("nodes").NODE_CLASS_MAPPINGS
        if attribute[:1].isupper() and attribute in classes:
            return classes[attribute]
        raise AttributeError(f"module 'comfy_extras.nodes_{name}' has no attribute {attribute!r} here")

    return {"__getattr__": answer}


def extra_modules() -> dict[str, Callable[[ShimPlace], Mapping[str, Any]]]:
    """``comfy_extras.nodes_…``, each ready for the table."""

    def builder(name: str) -> Callable[[ShimPlace], Mapping[str, Any]]:
        return lambda place: _extra_members(name, place)

    return {f"comfy_extras.nodes_{name}": builder(name) for name in EXTRAS}
