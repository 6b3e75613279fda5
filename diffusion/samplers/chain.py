"""Runs along a chain of whole timesteps, for which pixel models and priors were made (Ho et al. 2020)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from diffusion.checkpoints.record import Prediction
from diffusion.networks.interrupt import Hook, interruptible
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.posterior import (
    ancestral_step,
    clean_from_noise,
    clean_from_velocity,
    ddim_step,
    fixed_log_variance,
    large_log_variance,
    learned_log_variance,
    noise_from_clean,
    posterior_mean,
)
from diffusion.samplers.step import Callback, Step
from diffusion.schedules.respacing import Chain

Variance = Literal["fixed_small", "fixed_large", "learned_range"]
Walk = Literal["ddpm", "ddim", "plms"]


class ChainNetwork(Protocol):
    """A network with its conditioning and guidance: x [B, C, ...], timesteps [B] int64 → output [B, C or 2C, ...]."""

    def __call__(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Predict."""
        ...


@dataclass(frozen=True)
class ChainRun:
    """How to walk along a chain.

    Attributes:
        prediction: what the network's output is: "eps", "v" or "x0".
        variance: of a step of DDPM; "learned_range" reads it from the second half of the output's channels.
        walk: "ddpm" (random), "ddim" or "plms".
        eta: share of DDPM's noise in a walk of "ddim"; 0 is deterministic.
        threshold: keeps the predicted x̂0 in range; see `guidance/threshold.py`. None leaves it.
        push: gradient of a log-probability with respect to x, for x and timesteps: classifier guidance (Dhariwal &
            Nichol 2021, algorithms 1 and 2).
    """

    prediction: Prediction = "eps"
    variance: Variance = "learned_range"
    walk: Walk = "ddpm"
    eta: float = 0.0
    threshold: Callable[[Tensor], Tensor] | None = None
    push: Callable[[Tensor, Tensor], Tensor] | None = None


def guided_output(positive: Tensor, negative: Tensor, scale: float, channels: int) -> Tensor:
    """Guide the first `channels` of two outputs [B, C or 2C, ...]; the variance behind them is the positive's."""
    guided = negative[:, :channels] + scale * (positive[:, :channels] - negative[:, :channels])
    return torch.cat([guided, positive[:, channels:]], dim=1)


def _clean(chain: Chain, index: Tensor, x: Tensor, output: Tensor, run: ChainRun) -> Tensor:
    """Return x̂0, in range."""
    if run.prediction == "eps":
        clean = clean_from_noise(chain, index, x, output)
    elif run.prediction == "v":
        clean = clean_from_velocity(chain, index, x, output)
    elif run.prediction == "x0":
        clean = output
    else:
        raise ValueError(f"a network that predicts {run.prediction!r} does not walk along a chain of timesteps")
    return clean if run.threshold is None else run.threshold(clean)


def _log_variance(chain: Chain, index: Tensor, x: Tensor, rest: Tensor, run: ChainRun) -> Tensor:
    if run.variance == "fixed_small":
        return fixed_log_variance(chain, index, x)
    if run.variance == "fixed_large":
        return large_log_variance(chain, index, x)
    if rest.shape[1] != x.shape[1]:
        raise ValueError("this network says nothing of its variance; use 'fixed_small' or 'fixed_large'")
    return learned_log_variance(chain, index, rest)


# Adams–Bashforth over even timesteps, newest first, by how many predictions there are (Liu et al. 2022).
_PLMS_WEIGHTS = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))


class _Walker:
    """Takes one step after another along a chain."""

    def __init__(self, network: ChainNetwork, chain: Chain, run: ChainRun, noise: NoiseSource) -> None:
        self.network, self.chain, self.run, self.noise = network, chain, run, noise
        self.past: list[Tensor] = []

    def step(self, x: Tensor, number: int) -> tuple[Tensor, Tensor]:
        """Walk from x [B, C, ...] at step `number` of the chain to the next; returns it and x̂0."""
        chain, run = self.chain, self.run
        index = torch.full((x.shape[0],), number, device=x.device)
        timesteps = chain.timesteps.to(x.device)[index]
        output = self.network(x, timesteps).to(x.dtype)
        clean = _clean(chain, index, x, output[:, : x.shape[1]], run)
        push = None if run.push is None else run.push(x, timesteps)
        if run.walk == "ddpm":
            log_variance = _log_variance(chain, index, x, output[:, x.shape[1] :], run)
            mean = posterior_mean(chain, index, x, clean)
            if push is not None:
                mean = mean + log_variance.exp() * push
            return ancestral_step(index, mean, log_variance, self._fresh(number, x)), clean
        if push is not None:
            seen = noise_from_clean(chain, index, x, clean) - (1 - chain.cumulative[number].item()) ** 0.5 * push
            clean = clean_from_noise(chain, index, x, seen)
        if run.walk == "plms":
            return self._plms(x, index, clean), clean
        fresh = self._fresh(number, x) if run.eta > 0 else None
        return ddim_step(chain, index, x, clean, eta=run.eta, fresh=fresh), clean

    def _fresh(self, number: int, x: Tensor) -> Tensor:
        before, kept = self.chain.cumulative_before[number].item(), self.chain.cumulative[number].item()
        return self.noise((1 / kept - 1) ** 0.5, (1 / before - 1) ** 0.5) if number > 0 else torch.zeros_like(x)

    def _plms(self, x: Tensor, index: Tensor, clean: Tensor) -> Tensor:
        self.past = [noise_from_clean(self.chain, index, x, clean), *self.past[:3]]
        weights = _PLMS_WEIGHTS[len(self.past) - 1]
        steer = torch.stack([weight * seen for weight, seen in zip(weights, self.past, strict=True)]).sum(dim=0)
        return ddim_step(self.chain, index, x, clean_from_noise(self.chain, index, x, steer))


def sample_chain(
    network: ChainNetwork,
    x: Tensor,
    chain: Chain,
    run: ChainRun,
    *,
    noise: NoiseSource,
    first: int | None = None,
    callback: Callback | None = None,
    interrupt: Hook | None = None,
) -> Tensor:
    """Walk from noise to a clean result.

    Args:
        network: with its conditioning and guidance (see `guided_output`).
        x: [B, C, ...]: noise of unit variance, or a result noised to step `first` of the chain.
        chain: the model's schedule with the timesteps of the run; see `respaced` and `timesteps_named`.
        run: how.
        noise: for the steps; the start's is in x already. `SeededNoise` draws it on the CPU.
        first: the step of the chain to begin at; None for its last, pure noise.
        callback: told at each step; its x is in unit variance, its sigma √((1-ᾱ)/ᾱ).
        interrupt: called between the network's blocks; raising ends the run.

    Returns:
        [B, C, ...].

    Raises:
        ValueError: a prediction or a variance that does not fit the network.
    """
    walker = _Walker(network, chain, run, noise)
    total = len(chain.timesteps) if first is None else first + 1
    with interruptible(interrupt):
        for done in range(total):
            number = total - 1 - done
            following, clean = walker.step(x, number)
            if callback is not None:
                sigma = (1 / chain.cumulative[number].item() - 1) ** 0.5
                callback(Step(done, total, x, clean, sigma))
            x = following
    return x
