"""Each published prior as `sample_prior` takes it: what it is called with, and how its output becomes CLIP's."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.lucidrains_prior import LucidrainsPrior
from diffusion.networks.prior import DiffusersPrior, KarloPrior
from diffusion.priors.diffusion_prior import PriorNetwork, PriorRun, PriorText
from diffusion.priors.embedding_space import unit


@dataclass(frozen=True)
class EmbeddingStatistics:
    """Mean and deviation of CLIP's image embeddings over a training set, [1, D] each."""

    mean: Tensor
    deviation: Tensor


@dataclass(frozen=True)
class PublishedPrior:
    """A prior ready to run.

    Attributes:
        network: see `PriorNetwork`.
        finish: from the network's space to CLIP's.
        run: what its authors recommend.
        learned_nothing: whether it has learned what no text is; else guidance needs the features of the empty text.
    """

    network: PriorNetwork
    finish: Callable[[Tensor], Tensor]
    run: PriorRun
    learned_nothing: bool = False


def published_prior(network: nn.Module, statistics: EmbeddingStatistics | None = None) -> PublishedPrior:
    """Prepare a prior.

    Args:
        network: one whose weights are in place.
        statistics: of Karlo's own layout, which has them in a file beside the prior (`ViT-L-14_stats.th`). diffusers'
            layout has them inside, lucidrains' none.

    Raises:
        ValueError: Karlo's own layout without its statistics, or a network that is no prior.
    """
    dtype = next(network.parameters()).dtype
    if isinstance(network, LucidrainsPrior):
        return PublishedPrior(_lucidrains(network, dtype), _unscaled(network), PriorRun(64, 1.0, None), True)
    if isinstance(network, DiffusersPrior):
        return PublishedPrior(_plain(network, dtype), lambda x: network.to_clip(x.to(dtype)), PriorRun())
    if isinstance(network, KarloPrior):
        if statistics is None:
            raise ValueError(
                "This prior was trained on normalised embeddings, and their mean and deviation are not in its file. "
                "Choose its statistics too: ViT-L-14_stats.th, published beside it."
            )
        mean, deviation = statistics.mean, statistics.deviation
        return PublishedPrior(_plain(network, dtype), lambda x: x * deviation.to(x) + mean.to(x), PriorRun(limit=10.0))
    raise ValueError(f"{type(network).__name__} is no prior.")


def _plain(network: KarloPrior | DiffusersPrior, dtype: torch.dtype) -> PriorNetwork:
    def predict(x: Tensor, timesteps: Tensor, text: PriorText | None) -> Tensor:
        if text is None:
            raise ValueError("Guidance of this prior needs a second text to go away from; the empty text will do.")
        told = text.to(x.device, dtype)
        return network(x.to(dtype), timesteps, told.pooled, told.sequence, told.mask).to(x.dtype)

    return predict


def _lucidrains(network: LucidrainsPrior, dtype: torch.dtype) -> PriorNetwork:
    def predict(x: Tensor, timesteps: Tensor, text: PriorText | None) -> Tensor:
        if text is None:
            return network(x.to(dtype), timesteps, None, None, None).to(x.dtype)
        told = text.to(x.device, dtype)
        # It was trained on text embeddings of length 1.
        return network(x.to(dtype), timesteps, unit(told.pooled).to(dtype), told.sequence, told.mask).to(x.dtype)

    return predict


def _unscaled(network: LucidrainsPrior) -> Callable[[Tensor], Tensor]:
    # It was trained on embeddings of length √width, whose values have about unit variance.
    return lambda x: x / network.config.width**0.5
