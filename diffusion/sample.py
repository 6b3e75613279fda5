"""One run: from a latent and seeds, through noise, to a denoised latent."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.guidance.masked import MaskedDenoiser
from diffusion.networks.interrupt import Hook, interruptible
from diffusion.processes.process import Process, start
from diffusion.samplers.choice import DROPS_PENULTIMATE, SolverChoice
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.step import Callback
from diffusion.schedules.table import sigmas_for


@dataclass(frozen=True)
class RunSettings:
    """How to walk from noise to picture.

    Attributes:
        sampler: a key of `SAMPLERS`.
        spacing: a key of `SCHEDULES`.
        steps: 1 or more.
        denoise: 1 drowns the latent in as much noise as the model knows; less keeps more of it; 0 returns it unchanged.
    """

    sampler: str = "euler"
    spacing: str = "normal"
    steps: int = 20
    denoise: float = 1.0


def seeds_for(seed: int, batch: int) -> list[int]:
    """Return a seed per picture: `seed`, `seed` + 1 … modulo 2⁶⁴, so that any picture of a batch can be made alone."""
    return [(seed + index) % 2**64 for index in range(batch)]


def sigmas_for_run(settings: RunSettings, process: Process) -> Tensor:
    """Return the levels of a run; see `sigmas_for`. Some solvers do better without the level before the last."""
    drops = settings.sampler in DROPS_PENULTIMATE
    return sigmas_for(settings.spacing, process, settings.steps, settings.denoise, drop_penultimate=drops)


@dataclass(frozen=True, eq=False)
class Start:
    """What a run starts from.

    Attributes:
        latent: [B, C, H, W] in the denoiser's space (see `LatentFormat.into_denoiser`), on the device to run on; zeros
            to start from nothing.
        seeds: one per picture; see `seeds_for`.
        mask: [1 or B, 1, H, W], 1 where the picture is repainted and 0 where the latent is kept; or None.
        offset: deviation of a noise that is the same all over each channel, added to the start's.
        noised: whether noise is put on the latent; a run that another one left half done needs none.
    """

    latent: Tensor
    seeds: Sequence[int]
    mask: Tensor | None = None
    offset: float = 0.0
    noised: bool = True


@torch.inference_mode()
def walk(
    denoiser: Denoiser,
    begin: Start,
    process: Process,
    sampler: SolverChoice,
    sigmas: Tensor,
    *,
    callback: Callback | None = None,
    interrupt: Hook | None = None,
) -> Tensor:
    """Walk along given levels.

    Args:
        denoiser: guided or not; see `Guidance`.
        begin: latent, seeds, mask.
        process: the model's.
        sampler: the solver.
        sigmas: [steps + 1], descending; a last level above 0 leaves noise for another run to go on from.
        callback: told at each step.
        interrupt: called between the network's blocks; raising ends the run.

    Returns:
        [B, C, H, W] float32 in the denoiser's space; the latent itself where the mask is 0, after a run to level 0.

    Raises:
        ValueError: a number of seeds that is not B.
    """
    latent = begin.latent.float()
    if len(begin.seeds) != latent.shape[0]:
        raise ValueError(f"{len(begin.seeds)} seeds were given for {latent.shape[0]} pictures")
    if len(sigmas) < 2:
        return latent
    noise = SeededNoise(begin.seeds, latent.shape[1:], latent.device)
    drawn = noise.draw() if begin.noised else torch.zeros_like(latent)
    if begin.offset and begin.noised:
        drawn = drawn + begin.offset * noise.draw()[..., :1, :1]
    x = start(process, latent, drawn, float(sigmas[0]))
    mask = None if begin.mask is None else begin.mask.to(latent)
    if mask is not None:
        denoiser = MaskedDenoiser(denoiser, process, latent, drawn, mask)
    with interruptible(interrupt):
        solver = sampler.solver(straight=process.straight)
        x = solver(denoiser, x, sigmas, noise=noise, callback=callback)
    left = float(sigmas[-1])
    if mask is None:
        return process.settled(x, left)
    kept = latent if left == 0 else process.noisy(latent, drawn, left)
    # `where` and not a product: what is kept stays the same bit for bit.
    return process.settled(torch.where(mask.eq(0), kept, x * mask + kept * (1 - mask)), left)


def sample(
    denoiser: Denoiser,
    latent: Tensor,
    process: Process,
    settings: RunSettings,
    *,
    seeds: Sequence[int],
    mask: Tensor | None = None,
    callback: Callback | None = None,
    interrupt: Hook | None = None,
) -> Tensor:
    """Make a latent: `walk` with a sampler and a spacing by name.

    Raises:
        ValueError: an unknown name, no steps, or a number of seeds that is not B.
    """
    sampler = SolverChoice(settings.sampler)
    sigmas = sigmas_for_run(settings, process)
    begin = Start(latent, seeds, mask)
    return walk(denoiser, begin, process, sampler, sigmas, callback=callback, interrupt=interrupt)
