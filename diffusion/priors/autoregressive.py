"""Draws an image embedding code by code from an autoregressive prior (Ramesh et al. 2022, section 2.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion.networks.autoregressive_prior import AutoregressivePrior
from diffusion.priors.diffusion_prior import PriorText


@dataclass(frozen=True)
class CodeRun:
    """How to draw.

    Attributes:
        guidance: logits move from those without text towards, and past, those with it; 1 is off.
        temperature: 1 draws as trained; less prefers what is likely; 0 takes the likeliest.
        agreement: how well text and image shall agree, as a share of the training set that agrees less; the paper
            draws from the upper half, which None does.
    """

    guidance: float = 2.0
    temperature: float = 1.0
    agreement: float | None = None


def _draw(logits: Tensor, temperature: float, generators: Sequence[torch.Generator]) -> Tensor:
    if temperature <= 0:
        return logits.argmax(dim=-1)
    # On the CPU, so that the device does not change the picture.
    shares = (logits.float() / temperature).softmax(dim=-1).cpu()
    drawn = [torch.multinomial(row, 1, generator=one) for row, one in zip(shares, generators, strict=True)]
    return torch.cat(drawn).to(logits.device)


def _agreement(run: CodeRun, count: int, generators: Sequence[torch.Generator]) -> Tensor:
    if run.agreement is not None:
        return torch.full((len(generators),), min(count - 1, max(0, int(run.agreement * count))))
    half = count // 2
    return torch.stack([half + torch.randint(count - half, (), generator=one) for one in generators])


@torch.inference_mode()
def sample_codes(
    network: AutoregressivePrior,
    text: PriorText,
    run: CodeRun,
    *,
    seeds: Sequence[int],
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Tensor:
    """Draw image embeddings for a text; returns [B, D] float32.

    Args:
        network: one whose weights are in place.
        text: a row for each seed, or one for all.
        run: guidance and temperature.
        seeds: one for each embedding.
        told: called after each code with the codes drawn and all codes.
    """
    device, dtype = network.positions.device, network.positions.dtype
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
    agreement = _agreement(run, network.config.agreements, generators).to(device)
    wanted = text.to(device, dtype).expand(len(seeds))
    logits, cache = network.begin(agreement, wanted.pooled, wanted.sequence, wanted.mask)
    guided = run.guidance != 1
    without, other = network.begin(agreement, None, None, None) if guided else (logits, cache)
    codes: list[Tensor] = []
    for number in range(network.config.components):
        mixed = without + run.guidance * (logits - without) if guided else logits
        codes.append(_draw(mixed, run.temperature, generators))
        told(number + 1, network.config.components)
        if number + 1 < network.config.components:
            logits = network.go_on(codes[-1], cache)
            without = network.go_on(codes[-1], other) if guided else logits
    return network.codes.decode(torch.stack(codes, dim=1))
