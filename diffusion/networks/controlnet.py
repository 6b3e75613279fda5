"""ControlNet (Zhang et al. 2023): a copy of a UNet's way down that reads a control picture."""

from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.unet import UNetConfig, UNetEncoder

# Widths of the convolutions that bring the control picture to the latent's size, and their strides.
_HINT_LAYERS = ((16, 1), (16, 1), (32, 2), (32, 1), (96, 2), (96, 1), (256, 2))


def _hint_block(hint_channels: int, out_channels: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = hint_channels
    for width, stride in _HINT_LAYERS:
        layers += [nn.Conv2d(channels, width, 3, stride=stride, padding=1), nn.SiLU()]
        channels = width
    return nn.Sequential(*layers, nn.Conv2d(channels, out_channels, 3, padding=1))


class ControlNet(UNetEncoder):
    """Control picture → residuals for the skip connections of a UNet of the same kind.

    Keys: those of `UNetEncoder`, and `input_hint_block`, `zero_convs.N.0`, `middle_block_out.0`.
    """

    def __init__(self, config: UNetConfig, hint_channels: int = 3) -> None:
        super().__init__(config)
        self.input_hint_block = _hint_block(hint_channels, config.model_channels)
        self.zero_convs = nn.ModuleList([nn.Sequential(nn.Conv2d(width, width, 1)) for width in self.skip_widths])
        deepest = config.level_channels[-1]
        self.middle_block_out = nn.Sequential(nn.Conv2d(deepest, deepest, 1))

    def embed_hint(self, hint: Tensor) -> Tensor:
        """Bring a control picture [B, 3, 8·H, 8·W] in 0..1 to [B, model_channels, H, W], once for all steps."""
        pause_point()
        return self.input_hint_block(hint)

    @property
    def factor(self) -> int:
        """Pixels of the control picture for each cell of the latent, along a side."""
        return 8

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        hint: Tensor,
        context: Tensor | None = None,
        y: Tensor | None = None,
    ) -> list[Tensor]:
        """Compute the residuals.

        Args:
            x, timesteps, context, y: as for `UNet`.
            hint: what `embed_hint` made of the control picture, [B, model_channels, H, W].

        Returns:
            One tensor for each input block, in order, and one for the middle. To weaken the control, scale them.
        """
        embedding = self.embed(timesteps, y, x.dtype)
        residuals: list[Tensor] = []
        hidden = x
        for index, (stage, out) in enumerate(zip(self.input_blocks, self.zero_convs, strict=True)):
            hidden = stage(hidden, embedding, context)
            if index == 0:
                hidden = hidden + hint
            residuals.append(out(hidden))
        middle: Tensor = self.middle_block(hidden, embedding, context)
        return [*residuals, self.middle_block_out(middle)]
