"""One run of a model that was made for a chain of timesteps: pixels (or a latent), from noise or from a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from diffusion.checkpoints.record import ModelRecord
from diffusion.conditioning import Conditioning, stack, stackable
from diffusion.families.family import Family
from diffusion.families.table import family_of
from diffusion.guidance.threshold import dynamic_threshold, static_threshold
from diffusion.networks.interrupt import Hook
from diffusion.processes.table import betas_for
from diffusion.samplers.chain import ChainRun, Walk, guided_output, sample_chain
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.step import Callback
from diffusion.schedules.forward import cumulative_alphas, noised
from diffusion.schedules.respacing import Chain, respaced, timesteps_named

Threshold = Literal["none", "static", "dynamic"]


@dataclass(frozen=True)
class PixelSettings:
    """How to walk.

    Attributes:
        respacing: which timesteps; see `timesteps_named`.
        walk: "ddpm", "ddim" or "plms".
        eta: noise of "ddim".
        guidance: scale of classifier-free guidance; at 1 the negative conditioning is not asked.
        threshold: what is done to x̂0 each step. "static" cuts it to -1..1; "dynamic" brings it back from its own
            brightest values (Saharia et al. 2022, section 2.3).
        share, largest: of the dynamic threshold: how many of the values are kept, and the most that is divided by.
        temperature: factor on the noise a run starts from; a little below 1 is smoother (GLIDE's upsampler: 0.997).
        denoise: 1 starts from noise alone; less keeps more of the picture.
    """

    respacing: str = "100"
    walk: Walk = "ddpm"
    eta: float = 0.0
    guidance: float = 1.0
    threshold: Threshold = "static"
    share: float = 0.95
    largest: float = 1.5
    temperature: float = 1.0
    denoise: float = 1.0


class GuidedNetwork:
    """A network of a family with its conditionings: x, timesteps → guided output, the variance behind it."""

    def __init__(
        self,
        network: nn.Module,
        family: Family,
        positive: Conditioning,
        negative: Conditioning | None,
        scale: float,
        dtype: torch.dtype,
    ) -> None:
        """Args: `negative` is not asked at a `scale` of 1; the network runs in `dtype`."""
        self._network, self._family, self._dtype = network, family, dtype
        self._positive = positive
        self._negative = None if scale == 1.0 else negative
        self._scale = scale

    def _ask(self, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        steering = conditioning.to(x.device, self._dtype)
        given = x.to(self._dtype)
        if "concat" in steering.extras:
            given = torch.cat([given, steering.extras["concat"]], dim=1)
        given = given.contiguous(memory_format=torch.channels_last)
        return self._family.call(self._network, given, timesteps, steering).to(x.dtype)

    def __call__(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Predict for x [B, C, H, W] of unit variance; [B, C or 2C, H, W]."""
        batch = x.shape[0]
        positive = self._positive.expand(batch)
        if self._negative is None:
            return self._ask(x, timesteps, positive)
        negative = self._negative.expand(batch)
        if stackable(positive, negative):
            both = self._ask(torch.cat([x, x]), torch.cat([timesteps, timesteps]), stack(positive, negative))
            first, second = both.chunk(2)
        else:
            first, second = self._ask(x, timesteps, positive), self._ask(x, timesteps, negative)
        return guided_output(first, second, self._scale, x.shape[1])


def chain_for(record: ModelRecord, respacing: str) -> Chain:
    """Return a model's chain for a respacing by name. Raises ValueError for a model without a table of timesteps."""
    return respaced(betas_for(record.noise), timesteps_named(respacing, record.noise.steps))


def _threshold(settings: PixelSettings) -> Callable[[Tensor], Tensor] | None:
    if settings.threshold == "none":
        return None
    if settings.threshold == "static":
        return static_threshold
    return lambda clean: dynamic_threshold(clean, settings.share, settings.largest)


def _keeping(threshold: Callable[[Tensor], Tensor] | None, known: Tensor, mask: Tensor) -> Callable[[Tensor], Tensor]:
    """Put what is known into every prediction, so that each step leads towards it (Nichol et al. 2021, inpainting)."""

    def keep(clean: Tensor) -> Tensor:
        clean = clean if threshold is None else threshold(clean)
        return clean * mask + known * (1 - mask)

    return keep


@dataclass(frozen=True, eq=False)
class PixelStart:
    """What a run starts from.

    Attributes:
        picture: [B, C, H, W] in the denoiser's space; zeros to start from nothing.
        seeds: one per picture.
        mask: [1 or B, 1, H, W], 1 where the picture is repainted; or None for all of it.
    """

    picture: Tensor
    seeds: Sequence[int]
    mask: Tensor | None = None


@torch.inference_mode()
def run_along_chain(
    network: nn.Module,
    record: ModelRecord,
    begin: PixelStart,
    settings: PixelSettings,
    positive: Conditioning,
    negative: Conditioning | None = None,
    *,
    dtype: torch.dtype = torch.float32,
    push: Callable[[Tensor, Tensor], Tensor] | None = None,
    callback: Callback | None = None,
    interrupt: Hook | None = None,
) -> Tensor:
    """Make pictures.

    Args:
        network: of the family that `record` names.
        record: the model's.
        begin: picture, seeds, mask.
        settings: how.
        positive, negative: conditionings as the family made them.
        dtype: the network's.
        push: gradient of a judge; see `ChainRun`.
        callback: told at each step.
        interrupt: called between the network's blocks.

    Returns:
        [B, C, H, W] float32; exactly the given picture where the mask is 0.

    Raises:
        ValueError: a respacing, a strength or a number of seeds that does not fit.
    """
    picture = begin.picture.float()
    if len(begin.seeds) != picture.shape[0]:
        raise ValueError(f"{len(begin.seeds)} seeds were given for {picture.shape[0]} pictures")
    chain = chain_for(record, settings.respacing)
    noise = SeededNoise(begin.seeds, picture.shape[1:], picture.device)
    x = noise.draw() * settings.temperature
    steps = round(len(chain.timesteps) * settings.denoise)
    if steps < 1:
        return picture
    if steps < len(chain.timesteps):
        x = noised(picture, x, cumulative_alphas(chain.betas), torch.full((picture.shape[0],), steps - 1))
    threshold = _threshold(settings)
    mask = None if begin.mask is None else begin.mask.to(picture)
    run = ChainRun(
        prediction=record.prediction,
        variance="learned_range" if record.learned_range else "fixed_small",
        walk=settings.walk,
        eta=settings.eta,
        threshold=threshold if mask is None else _keeping(threshold, picture, mask),
        push=push,
    )
    guided = GuidedNetwork(network, family_of(record.family), positive, negative, settings.guidance, dtype)
    x = sample_chain(guided, x, chain, run, noise=noise, first=steps - 1, callback=callback, interrupt=interrupt)
    # `where` and not a product: what is kept stays the same bit for bit.
    return x if mask is None else torch.where(mask.eq(0), picture, x)
