"""The starter's UNet, how it starts, and the noise schedule it learns on."""

import torch
from torch import Tensor, nn

from diffusion.networks.unet import UNet, UNetConfig

TIMESTEPS = 1000
CONFIG = UNetConfig(
    model_channels=64,
    level_channels=(64, 128),
    res_blocks=(1, 1),
    transformer_depth=(1, 1),
    middle_depth=1,
    context_width=192,
    heads=8,
)


def kept_signal() -> Tensor:
    """ᾱ_t of the published "scaled linear" schedule, [1000]: the share of the picture's variance that is left."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, TIMESTEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, dim=0).float()


@torch.no_grad()
def start_as_identity(model: UNet) -> None:
    """Begin near "the noise is the input", which is almost right where noise is strongest.

    Each latent channel travels as a pair of opposite signs through the outermost skip connection to the last
    convolution. Layers that the published code starts at zero start at zero (Ho et al. 2020).
    """
    for name, module in model.named_modules():
        if name.endswith(("out_layers.3", "proj_out")) and isinstance(module, nn.Conv2d):
            module.weight.mul_(0.05)
            if module.bias is not None:
                module.bias.zero_()
    width = model.config.level_channels[0]
    group = max(2, width // 32)
    first = model.get_submodule("input_blocks.0.0")
    last = model.get_submodule(f"output_blocks.{len(model.output_blocks) - 1}.0.skip_connection")
    final = model.get_submodule("out.2")
    assert isinstance(first, nn.Conv2d) and isinstance(last, nn.Conv2d) and isinstance(final, nn.Conv2d)
    assert final.bias is not None
    final.weight.mul_(0.1)
    final.bias.zero_()
    for latent in range(model.config.in_channels):
        for side, sign in enumerate((1.0, -1.0)):
            channel = latent * group + side
            first.weight[channel] = 0.0
            first.weight[channel, latent, 1, 1] = sign
            last.weight[channel] = 0.0
            last.weight[channel, last.in_channels - width + channel, 0, 0] = 1.0
            final.weight[latent, channel, 1, 1] += sign


class PreciseEnd(nn.Module):
    """Runs a module in float32 inside a half-precision region: small errors in the noise are large in the picture."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        """Map as the inner module does."""
        with torch.autocast("cpu", enabled=False):
            return self.inner(x.float())


@torch.no_grad()
def sample(model: nn.Module, context: Tensor, empty: Tensor, *, steps: int, guidance: float, seed: int) -> Tensor:
    """A plain DDIM walk (Song et al. 2021) with guidance, for looks while training: latents [B, 4, 16, 16]."""
    rng = torch.Generator().manual_seed(seed)
    kept = kept_signal()
    x = torch.randn((len(context), 4, 16, 16), generator=rng)
    both = torch.cat([context, empty.expand(len(context), -1, -1)])
    times = torch.linspace(TIMESTEPS - 1, 0, steps).round().long()
    for index, time in enumerate(times):
        with torch.autocast("cpu", torch.bfloat16):
            pair = model(torch.cat([x, x]), time.expand(len(both)), both).float()
        asked, unasked = pair.chunk(2)
        noise = unasked + guidance * (asked - unasked)
        now = kept[time]
        clean = (x - (1 - now).sqrt() * noise) / now.sqrt()
        after = kept[times[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        x = after.sqrt() * clean + (1 - after).sqrt() * noise
    return x
