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


def ddim_step(chain: Chain, index: Tensor, x: Tensor, clean: Tensor) -> Tensor:
    """Return the end of a deterministic step (Song et al. 2020, equation 12 with η = 0), [B, ...]."""
    before = chain.cumulative_before
    noise = noise_from_clean(chain, index, x, clean)
    return _at(before.sqrt(), index, x) * clean + _at((1 - before).sqrt(), index, x) * noise
