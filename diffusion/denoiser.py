"""From a network to a denoiser D(x, σ) → x̂0 (Karras et al. 2022), which is all a sampler knows."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Family
from diffusion.networks.hook import NetworkHook
from diffusion.processes.process import Process


class Denoiser(Protocol):
    """What samplers call: noisy x [B, C, H, W] and its level σ → the denoised x̂0 [B, C, H, W]."""

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise."""
        ...


class Guided(NamedTuple):
    """A guided prediction and the negative one it came from, both [B, C, H, W]."""

    denoised: Tensor
    negative: Tensor


@runtime_checkable
class GuidedDenoiser(Protocol):
    """A denoiser that can also tell the prediction it steers away from, as the solvers of CFG++ need it."""

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise."""
        ...

    def with_negative(self, x: Tensor, sigma: float) -> Guided:
        """Denoise, and tell the negative prediction too."""
        ...


def with_negative(denoiser: Denoiser, x: Tensor, sigma: float) -> Guided:
    """Ask for both predictions; a denoiser without guidance has but one, which stands for both."""
    if isinstance(denoiser, GuidedDenoiser):
        return denoiser.with_negative(x, sigma)
    denoised = denoiser(x, sigma)
    return Guided(denoised, denoised)


class ConditionedDenoiser(Protocol):
    """A denoiser that is steered by a conditioning."""

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        """Denoise under a conditioning with as many rows as x."""
        ...


class NetworkDenoiser:
    """A network of a family, with the process it was trained on."""

    def __init__(
        self,
        network: nn.Module,
        family: Family,
        process: Process,
        *,
        dtype: torch.dtype = torch.float32,
        hooks: Sequence[NetworkHook] = (),
    ) -> None:
        """Args: `dtype` that the network runs in; `hooks` change it at each call (see `NetworkHook`)."""
        self.network = network
        self.family = family
        self.process = process
        self.dtype = dtype
        self.hooks = tuple(hooks)

    def hooked(self, *hooks: NetworkHook) -> "NetworkDenoiser":
        """Return a denoiser whose network is changed by further hooks."""
        return NetworkDenoiser(self.network, self.family, self.process, dtype=self.dtype, hooks=[*self.hooks, *hooks])

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        """Denoise x [B, C, H, W] at level σ; the network runs in `dtype`, the rest in x's own.

        Of an output with twice the channels the second half tells a variance, which no solver of this kind asks for.
        """
        steering = conditioning.to(x.device, self.dtype)
        network_input = self.process.scale_input(x, sigma).to(self.dtype)
        timesteps = torch.full((x.shape[0],), self.process.timestep(sigma), device=x.device)
        if steering.guide is not None:
            steering = steering.guide.steer(network_input, sigma, timesteps, steering)
        if "concat" in steering.extras:
            network_input = torch.cat([network_input, steering.extras["concat"]], dim=1)
        if network_input.ndim == 4:
            # Feature maps of convolutional networks are fastest with their channels innermost.
            network_input = network_input.contiguous(memory_format=torch.channels_last)
        with ExitStack() as hooked:
            for hook in self.hooks:
                hooked.enter_context(hook.on(self.network))
            output = self.family.call(self.network, network_input, timesteps, steering)
        return self.process.denoised(x, output[:, : x.shape[1]].to(x.dtype), sigma)
