"""Guidance that keeps the contrast of what the network was trained on (Lin et al. 2023, section 3.4)."""

from dataclasses import dataclass

from torch import Tensor

from diffusion.guidance.piece import Moment, Piece


def velocity(moment: Moment, denoised: Tensor) -> Tensor:
    """Return the velocity that leads from x to a denoised picture: of a flow, or of the variance-preserving path."""
    sigma = moment.sigma
    if moment.process.straight:
        return (moment.x - denoised) / sigma
    return (moment.x / (sigma**2 + 1) - denoised) * ((sigma**2 + 1) ** 0.5 / sigma)


def denoised_by(moment: Moment, towards: Tensor) -> Tensor:
    """Return the denoised picture that a velocity leads to; the inverse of `velocity`."""
    sigma = moment.sigma
    if moment.process.straight:
        return moment.x - towards * sigma
    return moment.x / (sigma**2 + 1) - towards * (sigma / (sigma**2 + 1) ** 0.5)


@dataclass(frozen=True)
class Rescale(Piece):
    """Brings the guided velocity's deviation back to the positive one's, by a share `amount`; 0.7 in the paper."""

    amount: float = 0.7

    def finish(self, moment: Moment, guided: Tensor) -> Tensor:
        """Return the combined prediction, its contrast brought back."""
        strong, plain = velocity(moment, guided), velocity(moment, moment.positive)
        axes = tuple(range(1, strong.ndim))
        ratio = plain.std(axes, keepdim=True) / strong.std(axes, keepdim=True).clamp(min=1e-8)
        return denoised_by(moment, strong * (self.amount * ratio + 1 - self.amount))
