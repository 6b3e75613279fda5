"""The UNet of Stable Diffusion (Rombach et al. 2022) under its published key names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from diffusion.networks.attention import SpatialTransformer
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.residual import NORM_GROUPS, Downsample, ResBlock, Upsample
from diffusion.networks.stages import Stage, input_stages, output_stages

_MIDDLE = -1


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
        middle_blocks: residual blocks of the middle: 2, or fewer where a smaller model was cut out of a larger one.
        block_depths: transformer blocks after every single residual block, way down and way up, where a level has
            not the same everywhere; then `transformer_depth` counts for nothing.
        context_width: width of the text features.
        heads: attention heads at every level (the rule of version 1), or None when `head_width` rules.
        head_width: channels of a head at every level (the rule of version 2 and SDXL), or None.
        linear_projections: whether transformers project with linear layers instead of 1×1 convolutions.
        label: how the vector `y` enters: not at all, through an MLP ("vector") or an embedding table ("class").
        label_size: width of the vector, or number of classes.
        text_only_levels: levels whose transformers attend to the text twice and never to the picture itself, as in
            the x4 upscaler, whose pictures are large.
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
    text_only_levels: tuple[int, ...] = ()
    middle_blocks: int = 2
    block_depths: tuple[int, ...] | None = None

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

    @property
    def depths(self) -> tuple[int, ...]:
        """Transformer blocks after every residual block, way down and way up."""
        if self.block_depths is not None:
            return self.block_depths
        levels = list(zip(self.res_blocks, self.transformer_depth, strict=True))
        down = [depth for blocks, depth in levels for _ in range(blocks)]
        up = [depth for blocks, depth in reversed(levels) for _ in range(blocks + 1)]
        return (*down, *up)

    def heads_at(self, channels: int) -> int:
        """Attention heads of a level that is `channels` wide."""
        if self.heads is not None:
            return self.heads
        assert self.head_width is not None
        return max(1, channels // self.head_width)


class UNetEncoder(nn.Module):
    """The half of a UNet that a ControlNet copies: embeddings, way down, middle.

    Keys: `time_embed`, `label_emb`, `input_blocks`, `middle_block`.
    """

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
        # `at_level` is asked block by block, in the order of the depths.
        self._depths = iter(config.depths)
        first = nn.Conv2d(config.in_channels, width, 3, padding=1)
        self.input_blocks, self.skip_widths = input_stages(self, first, config.level_channels, config.res_blocks)
        self.middle_block = self._build_middle(config.level_channels[-1])

    def _transformer(self, channels: int, depth: int, *, attend_self: bool = True) -> SpatialTransformer:
        config = self.config
        return SpatialTransformer(
            channels,
            config.context_width,
            config.heads_at(channels),
            depth=depth,
            linear=config.linear_projections,
            attend_self=attend_self,
        )

    def at_level(self, channels: int, level: int) -> list[nn.Module]:
        """Return a residual block from `channels` to the level's width, and the level's transformer."""
        config = self.config
        width, depth = config.level_channels[level], next(self._depths)
        block = ResBlock(channels, config.embedding_width, width)
        attend_self = level not in config.text_only_levels
        return [block, self._transformer(width, depth, attend_self=attend_self)] if depth else [block]

    def downsample(self, channels: int) -> nn.Module:
        """Return a strided convolution."""
        return Downsample(channels)

    def upsample(self, channels: int) -> nn.Module:
        """Return nearest neighbour and a convolution."""
        return Upsample(channels)

    def _build_middle(self, channels: int) -> Stage:
        config = self.config
        stage = Stage()
        for number in range(config.middle_blocks):
            if number and config.middle_depth:
                stage.append(self._transformer(channels, config.middle_depth))
            stage.append(ResBlock(channels, config.embedding_width, channels))
        return stage

    def embed(self, timesteps: Tensor, y: Tensor | None, dtype: torch.dtype) -> Tensor:
        """Embed timesteps [B] and, for networks that take one, the vector [B, label_size] or class ids [B]."""
        embedding = self.time_embed(timestep_embedding(timesteps, self.config.model_channels).to(dtype))
        if self.config.label == "none":
            return embedding
        if y is None:
            raise ValueError(f"this UNet needs a conditioning vector y ({self.config.label}), and none was given")
        return embedding + self.label_emb(y if self.config.label == "class" else y.to(dtype))


class UNet(UNetEncoder):
    """Predicts the noise (or velocity) in a latent, given a timestep and text features."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__(config)
        self.output_blocks = output_stages(self, config.level_channels, config.res_blocks, self.skip_widths)
        self.out = nn.Sequential(
            nn.GroupNorm(NORM_GROUPS, config.level_channels[0]),
            nn.SiLU(),
            nn.Conv2d(config.level_channels[0], config.out_channels, 3, padding=1),
        )

    def feature_places(self, features: Sequence[Tensor], size: tuple[int, int]) -> dict[int, Tensor]:
        """Return the input block after which each level's features are added; -1 stands for the middle block.

        Features of the latent's own size go after the last residual block of each level. Those for SDXL begin at half
        the size: after the first level's downsampling, then after each further level, and the rest after the middle.

        Raises:
            ValueError: the features do not fit: the adapter was made for another kind of model.
        """
        ends: list[int] = []
        number = 0
        for level, blocks in enumerate(self.config.res_blocks):
            number += blocks + (level > 0)
            ends.append(number)
        widths = list(self.config.level_channels)
        if tuple(features[0].shape[-2:]) != size:
            ends, widths = [ends[0] + 1, *ends[1:], _MIDDLE], [*widths, widths[-1]]
        if [feature.shape[1] for feature in features] != widths:
            raise ValueError("this T2I-Adapter was made for another kind of model: its features have other widths")
        return dict(zip(ends, features, strict=True))

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        context: Tensor | None = None,
        y: Tensor | None = None,
        residuals: Sequence[Tensor] | None = None,
        features: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """Predict from a noisy latent.

        Args:
            x: [B, in_channels, H, W], already scaled by c_in.
            timesteps: [B], 0 to 999, integer or fractional.
            context: text features [B, T, context_width].
            y: vector [B, label_size] or class ids [B], for networks that take one.
            residuals: what a ControlNet adds: one for each input block's output as it is skipped over, in order,
                and last one for the middle's.
            features: what a T2I-Adapter adds, one for each level; see `feature_places`.

        Returns:
            [B, out_channels, H, W] in the dtype of `x`.
        """
        embedding = self.embed(timesteps, y, x.dtype)
        skips: list[Tensor] = []
        hidden = x
        added = self.feature_places(features, (x.shape[-2], x.shape[-1])) if features else {}
        for number, stage in enumerate(self.input_blocks):
            hidden = stage(hidden, embedding, context)
            hidden = hidden + added[number] if number in added else hidden
            skips.append(hidden)
        hidden = self.middle_block(hidden, embedding, context)
        hidden = hidden + added[_MIDDLE] if _MIDDLE in added else hidden
        if residuals is not None:
            if len(residuals) != len(skips) + 1:
                raise ValueError(
                    f"this UNet takes {len(skips) + 1} residuals and {len(residuals)} were given: "
                    "the ControlNet was made for another kind of model"
                )
            skips = [skip + residual for skip, residual in zip(skips, residuals, strict=False)]
            hidden = hidden + residuals[-1]
        for stage in self.output_blocks:
            hidden = torch.cat([hidden, skips.pop()], dim=1)
            size = (skips[-1].shape[-2], skips[-1].shape[-1]) if skips else None
            hidden = stage(hidden, embedding, context, size)
        return self.out(hidden)
