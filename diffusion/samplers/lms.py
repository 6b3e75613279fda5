"""Linear multistep (Adams–Bashforth) steps over uneven levels, as in k-diffusion."""

from collections.abc import Callable, Sequence

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.multistep import along_slopes
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.step import Callback

# Half of the eight nodes of Gauss–Legendre's quadrature on -1..1, and their weights.
_PLACES = (0.9602898564975363, 0.7966664774136267, 0.5255324099163290, 0.1834346424956498)
_WEIGHTS = (0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.3626837833783620)

# Gauss–Legendre nodes and weights on -1..1, by number of points.
_GAUSS = {
    1: ((0.0,), (2.0,)),
    2: ((-((1 / 3) ** 0.5), (1 / 3) ** 0.5), (1.0, 1.0)),
    8: (
        tuple(sign * place for sign in (-1, 1) for place in _PLACES),
        _WEIGHTS * 2,
    ),
}


def _unchanged(level: float) -> float:
    return level


def multistep_weights(
    past: Sequence[float], start: float, end: float, clock: Callable[[float], float] = _unchanged, nodes: int = 0
) -> list[float]:
    """Return, for each past level, the integral from `start` to `end` of the polynomial that is 1 there, 0 at others.

    The polynomial's degree is one less than the number of levels, so Gauss's quadrature of half as many points,
    rounded up, is exact.

    Args:
        past: levels.
        start, end: of the integral over the level.
        clock: what the polynomial is one of, as a function of the level; then the quadrature is not exact.
        nodes: of the quadrature, 8 for a `clock`; 0 for as many as are exact without one.
    """
    places, node_weights = _GAUSS[nodes or (len(past) + 1) // 2]
    times = [clock(level) for level in past]
    weights = [0.0] * len(past)
    for node, node_weight in zip(places, node_weights, strict=True):
        now = clock((start + end) / 2 + (end - start) / 2 * node)
        for index, chosen in enumerate(times):
            value = node_weight * (end - start) / 2
            for other, time in enumerate(times):
                if other != index:
                    value *= (now - time) / (chosen - time)
            weights[index] += value
    return weights


def lms_weights(levels: Sequence[float], sigma_next: float) -> list[float]:
    """Return the weights of slopes at uneven levels, for a step from the last of them."""
    return multistep_weights(levels, levels[-1], sigma_next)


def lms(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    *,
    noise: NoiseSource,
    callback: Callback | None = None,
    order: int = 4,
) -> Tensor:
    """Walk x [B, C, H, W] from level `sigmas[0]` to `sigmas[-1]`; one denoiser call a step, deterministic.

    `order` is how many slopes a step remembers, 1 to 4.
    """
    return along_slopes(denoiser, x, sigmas, lms_weights, order, callback=callback, extrapolates=True)
