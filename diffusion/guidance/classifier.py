"""Guidance by the gradient of a network that judges noisy pictures: a classifier, or a CLIP that knows noise."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from diffusion.checkpoints.weights import Weighted
from diffusion.guidance.piece import Moment, Piece
from diffusion.networks.classifier import NoisyClassifier, guidance_gradient
from diffusion.networks.noisy_clip import NoisyClipImage


def gradient_of(score: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return ∇ₓ of a score that is a sum over pictures [B, C, H, W]; works inside inference mode.

    Weights may be frozen, but not made in inference mode, which no gradient passes.
    """
    with torch.inference_mode(False), torch.enable_grad():
        watched = x.detach().clone().requires_grad_(True)
        return torch.autograd.grad(score(watched), watched)[0]


@runtime_checkable
class Judge(Protocol):
    """Something whose gradient steers a run, on a chain of timesteps as on levels σ."""

    @property
    def networks(self) -> tuple[Weighted[NoisyClassifier | NoisyClipImage], ...]:
        """What must be in memory during the run."""
        ...

    def push(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Return strength · ∇ₓ log p for x [B, 3, H, W] of unit variance and its timesteps [B] int64."""
        ...


class _Judged(Piece, ABC):
    """Moves x̂0 by what a judge's gradient says of the noise.

    ε̂ - √(1-ᾱ)·∇ (Dhariwal & Nichol 2021, algorithm 2) in levels σ, with x = √(1+σ²)·x_t: x̂0 + σ²/√(1+σ²)·∇.
    """

    @abstractmethod
    def push(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """See `Judge`."""

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return x̂0, moved."""
        sigma = moment.sigma
        if moment.process.straight:
            raise ValueError("a classifier of noisy pictures was trained on another kind of noise than this model's")
        size = (1 + sigma**2) ** 0.5
        timestep = round(moment.process.timestep(sigma))
        timesteps = torch.full((guided.shape[0],), timestep, device=guided.device)
        return guided + self.push(moment.x / size, timesteps).to(guided) * (sigma**2 / size)


@dataclass(frozen=True, eq=False)
class ClassifierGuidance(_Judged):
    """Towards a class: the gradient of a classifier's log-probability (Dhariwal & Nichol 2021, section 4).

    Attributes:
        classifier: must be in memory during the run.
        classes: [1] or [B] class ids.
        strength: factor on the gradient; above 1 a class is painted more typically and with less variety.
        side: of the pictures that the classifier reads.
    """

    classifier: Weighted[NoisyClassifier]
    classes: Tensor
    strength: float
    side: int

    @property
    def networks(self) -> tuple[Weighted[NoisyClassifier | NoisyClipImage], ...]:
        """The classifier."""
        return (self.classifier,)

    def push(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Return strength · ∇ₓ log p(class | x)."""
        if x.shape[-2:] != (self.side, self.side):
            raise ValueError(
                f"This classifier reads pictures of {self.side} × {self.side} pixels, and the run's are "
                f"{x.shape[-1]} × {x.shape[-2]}: use the classifier that belongs to the model."
            )
        rows = torch.arange(x.shape[0]) % len(self.classes)
        classes = self.classes[rows].to(x.device)
        return self.strength * guidance_gradient(self.classifier.network, x, timesteps, classes)


@dataclass(frozen=True, eq=False)
class ClipGuidance(_Judged):
    """Towards a text: the gradient of GLIDE's noise-aware CLIP (Nichol et al. 2021, section 2.4).

    Attributes:
        image: the half that reads noisy pictures; must be in memory during the run.
        text: [1, width] unit vector of the words.
        strength: factor on the gradient.
        logit_scale: of the similarity; 100 in the published model.
    """

    image: Weighted[NoisyClipImage]
    text: Tensor
    strength: float
    logit_scale: float = 100.0

    @property
    def networks(self) -> tuple[Weighted[NoisyClassifier | NoisyClipImage], ...]:
        """The half that reads pictures."""
        return (self.image,)

    def push(self, x: Tensor, timesteps: Tensor) -> Tensor:
        """Return strength · ∇ₓ logit_scale · cos(picture, words)."""
        network = self.image.network
        side = network.config.side
        last = network.config.timesteps - 1

        def score(watched: Tensor) -> Tensor:
            # Copies made here are free of inference mode, in which the run's own tensors were made.
            text, steps = self.text.to(watched).clone(), timesteps.clone().clamp(max=last)
            picture = watched
            if watched.shape[-2:] != (side, side):
                picture = torch.nn.functional.interpolate(watched, (side, side), mode="bilinear", antialias=True)
            return self.logit_scale * (network(picture, steps) * text).sum()

        return self.strength * gradient_of(score, x)
