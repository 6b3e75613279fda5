"""What a sampler must know about a model besides its weights: its family, its latent, the noise it was trained on."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from diffusion.image.preview import PIXEL_PREVIEW, Rgb

Prediction = Literal["eps", "v", "x0", "flow", "edm"]
"""What a network's output is: the noise, the velocity (Salimans & Ho 2022), the clean picture, the velocity of a
straight path (noise - picture), or that of Karras et al. 2022 with its preconditioning."""

NoiseKind = Literal["scaled_linear", "linear", "cosine", "flow", "edm"]

Joined = Literal["inpaint", "picture", "depth", "low_res", "low_res_inpaint"]
"""What a network reads beside the noisy latent, on further channels: a mask and the masked latent (inpainting), the
latent of a picture to edit, a depth map, a small picture to enlarge, or one with a picture to repair before it."""


@dataclass(frozen=True)
class LatentFormat:
    """The space a denoiser works in, as the autoencoder sees it.

    A model of pixels has 3 channels, factor 1 and scale 1.

    Attributes:
        channels: of the latent.
        factor: pixels a latent cell covers along each side.
        scale, shift: the denoiser works on (z - shift) · scale, where z is the autoencoder's latent.
        mean, std: per channel, where the model was trained on normalised channels: (z - mean) · scale / std.
        preview: the denoiser's latent → colour in 0..1, a row of red, green, blue per channel, then a bias row; see
            `latent_to_rgb`. None where no such map is known.
    """

    channels: int
    factor: int
    scale: float = 1.0
    shift: float = 0.0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    preview: tuple[Rgb, ...] | None = None

    def into_denoiser(self, z: Tensor) -> Tensor:
        """Map the autoencoder's latent [B, C, h, w] to the space the denoiser works in."""
        mean, std = self._statistics(z)
        return (z - mean) * (self.scale / std)

    def out_of_denoiser(self, z: Tensor) -> Tensor:
        """Map a latent [B, C, h, w] of the denoiser to the autoencoder's."""
        mean, std = self._statistics(z)
        return z * (std / self.scale) + mean

    def _statistics(self, z: Tensor) -> tuple[Tensor | float, Tensor | float]:
        if self.mean is None or self.std is None:
            return self.shift, 1.0
        shape = (1, self.channels, 1, 1)
        return (
            torch.tensor(self.mean, dtype=z.dtype, device=z.device).view(shape),
            torch.tensor(self.std, dtype=z.dtype, device=z.device).view(shape),
        )


PIXELS = LatentFormat(channels=3, factor=1, preview=PIXEL_PREVIEW)
"""The latent of a model that paints pixels in -1..1."""


@dataclass(frozen=True)
class NoiseFacts:
    """Which levels of noise a network was trained on.

    Attributes:
        kind: "scaled_linear": β rises with the square of a straight line from √start to √end (Rombach et al. 2022);
            "linear": β rises straight from start to end (Ho et al. 2020); "cosine": ᾱ falls as a squared cosine
            (Nichol & Dhariwal 2021); "flow": σ is the time of a straight path (Lipman et al. 2023); "edm": any σ
            between two (Karras et al. 2022).
        start, end: of β.
        steps: how many levels the table has.
        shift: of a flow: σ' = shift·σ / (1 + (shift - 1)·σ) (Esser et al. 2024, §5.3.2).
        zero_terminal_snr: whether the table was rescaled so that its last level holds no picture (Lin et al. 2024).
        sigma_min, sigma_max: the range of an "edm" model.
        sigma_data: the standard deviation of an "edm" model's data.
    """

    kind: NoiseKind
    start: float = 0.00085
    end: float = 0.012
    steps: int = 1000
    shift: float = 1.0
    zero_terminal_snr: bool = False
    sigma_min: float = 0.002
    sigma_max: float = 80.0
    sigma_data: float = 0.5


@dataclass(frozen=True)
class ModelRecord:
    """What a sampler must know about a model besides its weights.

    Attributes:
        family: key of the family's habits, such as "sd1"; several kinds of file share one.
        title: the name people use.
        prediction: what the network's output is.
        noise: the levels it was trained on.
        latent: the space it works in.
        resolution: width and height it was trained at.
        learned_range: whether a second half of output channels says how uncertain the first is (Nichol & Dhariwal
            2021): it is split off before guidance.
        context_width: width of the text features it attends to; None where it attends to none.
        embedding_width: width of the CLIP image embedding it reads; None where it reads none.
        joined: what it reads on further channels; None where it reads the noisy latent alone.
        guidance: the strength of guidance its authors recommend; None where there is no custom.
        steps: likewise, the number of steps.
    """

    family: str
    title: str
    prediction: Prediction
    noise: NoiseFacts
    latent: LatentFormat
    resolution: tuple[int, int]
    learned_range: bool = False
    context_width: int | None = None
    embedding_width: int | None = None
    joined: Joined | None = None
    guidance: float | None = None
    steps: int | None = None
