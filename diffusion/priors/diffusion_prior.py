"""The diffusion prior's run: from noise to a CLIP image embedding (Ramesh et al. 2022, section 2.2).

The network says the clean embedding outright (x0 prediction); a step draws from the posterior with its own, smallest
variance (Ho et al. 2020). Guidance mixes predictions with and without the text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from diffusion.samplers.chain import ChainRun, guided_output, sample_chain
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.step import Callback, Step
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.respacing import Chain, respaced, section_timesteps

# A further sample of an embedding starts from a seed this far from the one before. (PyTorch's generator on the CPU
# reads the lower 32 bits of a seed alone, so that a distance of 2³² would be none.)
CANDIDATE_STRIDE = 0x9E37_79B9


@dataclass(frozen=True)
class PriorText:
    """What a prior reads of a text.

    Attributes:
        pooled: the text embedding [B, D], after CLIP's projection.
        sequence: features of its tokens [B, T, D], after CLIP's last norm.
        mask: [B, T], true for tokens up to the end token.
    """

    pooled: Tensor
    sequence: Tensor
    mask: Tensor

    def to(self, device: torch.device, dtype: torch.dtype) -> "PriorText":
        """Move to a device and a type."""
        return PriorText(self.pooled.to(device, dtype), self.sequence.to(device, dtype), self.mask.to(device))

    def expand(self, batch: int) -> "PriorText":
        """Repeat a single row for `batch` embeddings."""
        rows = torch.arange(batch, device=self.pooled.device) % len(self.pooled)
        return PriorText(self.pooled[rows], self.sequence[rows], self.mask[rows])


class PriorNetwork(Protocol):
    """x [B, D], timesteps [B], text (None: no text) → clean embedding [B, D], in the space the network works in."""

    def __call__(self, x: Tensor, timesteps: Tensor, text: PriorText | None) -> Tensor:
        """Predict."""
        ...


@dataclass(frozen=True)
class PriorRun:
    """How to walk.

    Attributes:
        steps: 25 in Karlo and Kandinsky, 64 in the paper.
        guidance: 1 is off; 4 in Karlo and Kandinsky.
        limit: predictions are cut to ±limit: 5 in diffusers, 10 in Karlo's own code; None does not cut.
        candidates: embeddings made for each one wanted; the one nearest to the text is kept (2 in the paper).
    """

    steps: int = 25
    guidance: float = 4.0
    limit: float | None = 5.0
    candidates: int = 1


def prior_chain(steps: int) -> Chain:
    """Return the cosine schedule's thousand timesteps, respaced to `steps`.

    Raises:
        ValueError: not between 1 and 1000 steps.
    """
    if not 1 <= steps <= 1000:
        raise ValueError(f"A prior takes 1 to 1000 steps, not {steps}.")
    if steps == 1:
        return respaced(cosine_betas(), torch.tensor([999]))
    return respaced(cosine_betas(), section_timesteps(1000, [steps]))


def _walk(
    network: PriorNetwork,
    text: PriorText,
    negative: PriorText | None,
    run: PriorRun,
    noise: SeededNoise,
    told: Callback,
) -> Tensor:
    def guided(x: Tensor, timesteps: Tensor) -> Tensor:
        clean = network(x, timesteps, text)
        if run.guidance == 1:
            return clean
        return guided_output(clean, network(x, timesteps, negative), run.guidance, x.shape[1])

    def cut(clean: Tensor) -> Tensor:
        return clean if run.limit is None else clean.clamp(-run.limit, run.limit)

    walk = ChainRun("x0", "fixed_small", threshold=cut)
    return sample_chain(guided, noise.draw(), prior_chain(run.steps), walk, noise=noise, callback=told)


@torch.inference_mode()
def sample_prior(
    network: PriorNetwork,
    text: PriorText,
    negative: PriorText | None,
    run: PriorRun,
    *,
    seeds: Sequence[int],
    finish: Callable[[Tensor], Tensor] = lambda x: x,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Tensor:
    """Make image embeddings for a text.

    Args:
        network: the prior.
        text: a row for each seed, or one for all.
        negative: what guidance goes away from: the empty text in Karlo; None for a network that has learned what no
            text is (lucidrains).
        run: steps and guidance.
        seeds: one for each embedding.
        finish: from the network's space to CLIP's, such as undoing a normalisation.
        told: called after each step with the steps done and all steps.

    Returns:
        [B, D] float32, as CLIP makes them. With several candidates, each row is the one with the largest dot product
        with the text embedding (section 2.2 of the paper).
    """
    batch, device = len(seeds), text.pooled.device
    wanted = text.expand(batch)
    unwanted = None if negative is None else negative.expand(batch)
    made: list[Tensor] = []
    for candidate in range(run.candidates):
        starts = [(seed + candidate * CANDIDATE_STRIDE) % 2**64 for seed in seeds]
        noise = SeededNoise(starts, text.pooled.shape[1:], device)

        def step(at: Step, before: int = candidate * run.steps) -> None:
            told(before + at.index + 1, run.steps * run.candidates)

        made.append(finish(_walk(network, wanted, unwanted, run, noise, step)).float())
    stacked = torch.stack(made)
    fit = (stacked * wanted.pooled.float()).sum(dim=-1)
    return stacked[fit.argmax(dim=0), torch.arange(batch, device=device)]
