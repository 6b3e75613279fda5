"""One step of a diffusion chain back towards the picture (Ho et al. 2020; Nichol & Dhariwal 2021).

Steps are given as indices [B] into a `Chain`: 0 is the step that ends in the picture.
"""

import torch
from torch import Tensor

from diffusion.schedules.respacing import Chain


def _at(values: Tensor, index: Tensor, like: Tensor) -> Tensor:
    """Pick the value of each row and shape it so that it broadcasts over the row."""
    return values.to(like.device)[index].to(like.dtype).reshape(-1, *[1] * (like.ndim - 1))


def clean_from_noise(chain: Chain, index: Tensor, x: Tensor, noise: Tensor) -> Tensor:
    """Return x̂0 = (x - √(1-ᾱ)·ε) / √ᾱ for noisy x and predicted noise, both [B, ...]."""
    kept = chain.cumulative
    return _at(kept.rsqrt(), index, x) * x - _at((1 / kept - 1).sqrt(), index, x) * noise


def clean_from_velocity(chain: Chain, index: Tensor, x: Tensor, velocity: Tensor) -> Tensor:
    """Return x̂0 = √ᾱ·x - √(1-ᾱ)·v (Salimans & Ho 2022) for noisy x and predicted velocity, both [B, ...]."""
    kept = chain.cumulative
    return _at(kept.sqrt(), index, x) * x - _at((1 - kept).sqrt(), index, x) * velocity


def noise_from_clean(chain: Chain, index: Tensor, x: Tensor, clean: Tensor) -> Tensor:
    """Return the noise that leads from `clean` to x, both [B, ...]."""
    kept = chain.cumulative
    return (_at(kept.rsqrt(), index, x) * x - clean) / _at((1 / kept - 1).sqrt(), index, x)


def posterior_mean(chain: Chain, index: Tensor, x: Tensor, clean: Tensor) -> Tensor:
    """Return the mean of the step's end, given x and its clean form, both [B, ...] (Ho et al. 2020, equation 7)."""
    before, kept, beta = chain.cumulative_before, chain.cumulative, chain.betas
    towards_clean = beta * before.sqrt() / (1 - kept)
    towards_x = (1 - before) * (1 - beta).sqrt() / (1 - kept)
    return _at(towards_clean, index, x) * clean + _at(towards_x, index, x) * x


def _smallest_variance(chain: Chain) -> Tensor:
    """Return the posterior's variance of each step; that of the last is 0, so the one before stands in for it."""
    variance = chain.betas * (1 - chain.cumulative_before) / (1 - chain.cumulative)
    return torch.cat([variance[1:2], variance[1:]])


def fixed_log_variance(chain: Chain, index: Tensor, x: Tensor) -> Tensor:
    """Return the logarithm of the posterior's variance ("fixed small"), in the shape of x [B, ...]."""
    return _at(_smallest_variance(chain).log(), index, x).expand(x.shape)


def large_log_variance(chain: Chain, index: Tensor, x: Tensor) -> Tensor:
    """Return the logarithm of β ("fixed large") in the shape of x [B, ...]; the last step's is the posterior's."""
    variance = torch.cat([_smallest_variance(chain)[:1], chain.betas[1:]])
    return _at(variance.log(), index, x).expand(x.shape)


def learned_log_variance(chain: Chain, index: Tensor, fraction: Tensor) -> Tensor:
    """Return the logarithm of a variance that the network chose ("learned range").

    `fraction` [B, ...] in -1..1 goes from the posterior's variance to β (Nichol & Dhariwal 2021, equation 15).
    """
    low, high = _smallest_variance(chain).log(), chain.betas.log()
    share = (fraction + 1) / 2
    return share * _at(high, index, fraction) + (1 - share) * _at(low, index, fraction)


def ancestral_step(index: Tensor, mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Return a draw from the step's end, [B, ...]; the step that ends in the picture takes no noise."""
    moves = (index > 0).to(mean.dtype).reshape(-1, *[1] * (mean.ndim - 1))
    return mean + moves * torch.exp(log_variance / 2) * noise


def ddim_deviation(chain: Chain, eta: float) -> Tensor:
    """Return the deviation of the noise that DDIM adds after each step, [n] float64 (Song et al. 2020, equation 16)."""
    before, kept = chain.cumulative_before, chain.cumulative
    return eta * ((1 - before) / (1 - kept) * (1 - kept / before)).sqrt()


def ddim_step(
    chain: Chain, index: Tensor, x: Tensor, clean: Tensor, *, eta: float = 0.0, fresh: Tensor | None = None
) -> Tensor:
    """Return the end of a step of DDIM, [B, ...] (Song et al. 2020, equation 12); `eta` above 0 adds `fresh` noise."""
    before = chain.cumulative_before
    noise = noise_from_clean(chain, index, x, clean)
    if eta == 0 or fresh is None:
        return _at(before.sqrt(), index, x) * clean + _at((1 - before).sqrt(), index, x) * noise
    deviation = ddim_deviation(chain, eta)
    kept_noise = (1 - before - deviation**2).clamp(min=0).sqrt()
    return _at(before.sqrt(), index, x) * clean + _at(kept_noise, index, x) * noise + _at(deviation, index, x) * fresh
