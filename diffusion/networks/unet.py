"""The UNet of Stable Diffusion (Rombach et al. 2022) under its published key names."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from diffusion.networks.attention import SpatialTransformer
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.interrupt import pause_point
from diffusion.networks.residual import NORM_GROUPS, Downsample, ResBlock, Upsample


@dataclass(frozen=True)
class UNetConfig:
    """What shapes and keys of a UNet file say about it. The defaults are Stable Diffusion 1.

    Attributes:
        in_channels, out_channels: channels of the latent (inpainting files read 9, x4 upscaler 7).
        model_channels: width of the first convolution; the timestep embedding is four times as wide.
        level_channels: width of each resolution level, finest first.
        res_blocks: residual blocks of each level on the way down (one more on the way up).
        transformer_depth: transformer blocks after each residual block of a level; 0 for none.
        middle_depth: transformer blocks of the middle.
        context_width: width of the text features.
        heads: attention heads at every level (the rule of version 1), or None when `head_width` rules.
        head_width: channels of a head at every level (the rule of version 2 and SDXL), or None.
        linear_projections: whether transformers project with linear layers instead of 1×1 convolutions.
        label: how the vector `y` enters: not at all, through an MLP ("vector") or an embedding table ("class").
        label_size: width of the vector, or number of classes.
    """

    in_channels: int = 4
    out_channels: int = 4
    model_channels: int = 320
    level_channels: tuple[int, ...] = (320, 640, 1280, 1280)
    res_blocks: tuple[int, ...] = (2, 2, 2, 2)
    transformer_depth: tuple[int, ...] = (1, 1, 1, 0)
    middle_depth: int = 1
    context_width: int = 768
    heads: int | None = 8
    head_width: int | None = None
    linear_projections: bool = False
    label: Literal["none", "vector", "class"] = "none"
    label_size: int = 0

    def __post_init__(self) -> None:
        levels = len(self.level_channels)
        if len(self.res_blocks) != levels or len(self.transformer_depth) != levels:
            raise ValueError(
                f"UNetConfig: {levels} levels need {levels} entries in res_blocks {self.res_blocks} "
                f"and transformer_depth {self.transformer_depth}"
            )
        if (self.heads is None) == (self.head_width is None):
            raise ValueError("UNetConfig: give either heads or head_width, not both and not neither")

    @property
    def embedding_width(self) -> int:
        """Width of the timestep embedding after its MLP."""
        return self.model_channels * 4

    def heads_at(self, channels: int) -> int:
        """Attention heads of a level that is `channels` wide."""
        if self.heads is not None:
            return self.heads
        assert self.head_width is not None
        return max(1, channels // self.head_width)


class Stage(nn.ModuleList):
    """The layers under one number of `input_blocks`, `middle_block` or `output_blocks`."""

    def forward(
        self, x: Tensor, embedding: Tensor, context: Tensor | None, size: tuple[int, int] | None = None
    ) -> Tensor:
        """Run the layers in order, handing each what it takes; `size` is where an upsampling ends."""
        for layer in self:
            pause_point()
            if isinstance(layer, ResBlock):
                x = layer(x, embedding)
            elif isinstance(layer, SpatialTransformer):
                x = layer(x, context)
            elif isinstance(layer, Upsample):
                x = layer(x, size)
            else:
                x = layer(x)
        return x


class UNet(nn.Module):
    """Predicts the noise (or velocity) in a latent, given a timestep and text features."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        width, embedding = config.model_channels, config.embedding_width
        self.time_embed = nn.Sequential(nn.Linear(width, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        if config.label == "vector":
            mlp = nn.Sequential(nn.Linear(config.label_size, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
            self.label_emb = nn.Sequential(mlp)
        elif config.label == "class":
            self.label_emb = nn.Embedding(config.label_size, embedding)
        self.input_blocks, skip_widths = self._build_input()
        deepest = config.level_channels[-1]
        self.middle_block = self._build_middle(deepest)
        self.output_blocks = self._build_output(deepest, skip_widths)
        self.out = nn.Sequential(
            nn.GroupNorm(NORM_GROUPS, config.level_channels[0]),
            nn.SiLU(),
            nn.Conv2d(config.level_channels[0], config.out_channels, 3, padding=1),
        )

    def _transformer(self, channels: int, depth: int) -> SpatialTransformer:
        config = self.config
        return SpatialTransformer(
            channels,
            config.context_width,
            config.heads_at(channels),
            depth=depth,
            linear=config.linear_projections,
        )

    def _residual_stage(self, channels: int, level: int) -> Stage:
        config = self.config
        stage = Stage([ResBlock(channels, config.embedding_width, config.level_channels[level])])
        if config.transformer_depth[level]:
            stage.append(self._transformer(config.level_channels[level], config.transformer_depth[level]))
        return stage

    def _build_input(self) -> tuple[nn.ModuleList, list[int]]:
        config = self.config
        channels = config.model_channels
        stages = nn.ModuleList([Stage([nn.Conv2d(config.in_channels, channels, 3, padding=1)])])
        skip_widths = [channels]
        for level, width in enumerate(config.level_channels):
            for _ in range(config.res_blocks[level]):
                stages.append(self._residual_stage(channels, level))
                channels = width
                skip_widths.append(channels)
            if level + 1 < len(config.level_channels):
                stages.append(Stage([Downsample(channels)]))
                skip_widths.append(channels)
        return stages, skip_widths

    def _build_middle(self, channels: int) -> Stage:
        config = self.config
        stage = Stage([ResBlock(channels, config.embedding_width, channels)])
        if config.middle_depth:
            stage.append(self._transformer(channels, config.middle_depth))
        stage.append(ResBlock(channels, config.embedding_width, channels))
        return stage

    def _build_output(self, channels: int, skip_widths: list[int]) -> nn.ModuleList:
        config = self.config
        remaining = list(skip_widths)
        stages = nn.ModuleList()
        for level in reversed(range(len(config.level_channels))):
            blocks = config.res_blocks[level] + 1
            for index in range(blocks):
                stage = self._residual_stage(channels + remaining.pop(), level)
                channels = config.level_channels[level]
                if level and index == blocks - 1:
                    stage.append(Upsample(channels))
                stages.append(stage)
        return stages

    def embed(self, timesteps: Tensor, y: Tensor | None, dtype: torch.dtype) -> Tensor:
        """Embed timesteps [B] and, for networks that take one, the vector [B, label_size] or class ids [B]."""
        embedding = self.time_embed(timestep_embedding(timesteps, self.config.model_channels).to(dtype))
        if self.config.label == "none":
            return embedding
        if y is None:
            raise ValueError(f"this UNet needs a conditioning vector y ({self.config.label}), and none was given")
        return embedding + self.label_emb(y if self.config.label == "class" else y.to(dtype))

    def forward(self, x: Tensor, timesteps: Tensor, context: Tensor | None = None, y: Tensor | None = None) -> Tensor:
        """Predict from a noisy latent.

        Args:
            x: [B, in_channels, H, W], already scaled by c_in.
            timesteps: [B], 0 to 999, integer or fractional.
            context: text features [B, T, context_width].
            y: vector [B, label_size] or class ids [B], for networks that take one.

        Returns:
            [B, out_channels, H, W] in the dtype of `x`.
        """
        embedding = self.embed(timesteps, y, x.dtype)
        skips: list[Tensor] = []
        hidden = x
        for stage in self.input_blocks:
            hidden = stage(hidden, embedding, context)
            skips.append(hidden)
        hidden = self.middle_block(hidden, embedding, context)
        for stage in self.output_blocks:
            hidden = torch.cat([hidden, skips.pop()], dim=1)
            size = (skips[-1].shape[-2], skips[-1].shape[-1]) if skips else None
            hidden = stage(hidden, embedding, context, size)
        return self.out(hidden)
