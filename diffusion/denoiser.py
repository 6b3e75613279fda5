"""From a network that predicts noise to a denoiser D(x, σ) → x̂0 (Karras et al. 2022), which is all a sampler knows."""

from typing import Protocol

import torch
from torch import Tensor

from diffusion.checkpoints.facts import Prediction
from diffusion.conditioning import Conditioning
from diffusion.schedules.discrete import DiscreteSchedule


class Denoiser(Protocol):
    """What samplers call: noisy x [B, C, H, W] and its level σ → the denoised x̂0 [B, C, H, W]."""

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise."""
        ...


class ConditionedDenoiser(Protocol):
    """A denoiser that is steered by a conditioning."""

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        """Denoise under a conditioning with as many rows as x."""
        ...


class NoisePredictor(Protocol):
    """A network such as `UNet`: x [B, C, H, W], timesteps [B], context [B, T, D], y → prediction [B, C, H, W]."""

    def __call__(self, x: Tensor, timesteps: Tensor, context: Tensor | None = None, y: Tensor | None = None) -> Tensor:
        """Predict the noise or the velocity."""
        ...


class DiscreteDenoiser:
    """Wraps a network trained on a table of noise levels.

    With x = x0 + σ·ε the network sees x/√(σ²+1) and the timestep whose level is nearest to σ in log σ, as it was
    trained on whole timesteps. Noise ("eps"): x̂0 = x - σ·ε. Velocity ("v"): x̂0 = x/(σ²+1) - v·σ/√(σ²+1)
    (Salimans & Ho 2022).
    """

    def __init__(
        self,
        network: NoisePredictor,
        schedule: DiscreteSchedule,
        *,
        prediction: Prediction = "eps",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.network = network
        self.schedule = schedule
        self.prediction: Prediction = prediction
        self.dtype = dtype

    def __call__(self, x: Tensor, sigma: float, conditioning: Conditioning) -> Tensor:
        """Denoise x [B, C, H, W] at level σ; the network runs in `dtype`, the rest in x's own."""
        scale = 1 / (sigma**2 + 1) ** 0.5
        timesteps = torch.full((x.shape[0],), self.schedule.nearest_timestep(sigma), device=x.device)
        # Feature maps of convolutional networks are fastest with their channels innermost.
        network_input = (x * scale).to(self.dtype, memory_format=torch.channels_last)
        steering = conditioning.to(x.device, self.dtype)
        output = self.network(network_input, timesteps, steering.context, steering.y).to(x.dtype)
        if self.prediction == "eps":
            return x - output * sigma
        return x * scale**2 - output * (sigma * scale)
