"""The UNet of guided diffusion (Dhariwal & Nichol 2021) under its published keys.

ADM itself, GLIDE, Karlo's decoder and upsamplers, DeepFloyd IF, and latent diffusion's unconditional and
super-resolution models are this network with other settings; what a family adds stands in the family's own file.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.attention_block import AttentionBlock, TextAttention
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.residual import (
    LATENT_STYLE,
    NORM_GROUPS,
    Downsample,
    ResBlock,
    ResidualStyle,
    Upsample,
    activation_layer,
)
from diffusion.networks.split_attention import SplitAttentionBlock
from diffusion.networks.stages import Stage, input_stages, output_stages


@dataclass(frozen=True)
class AdmConfig:
    """What shapes and keys of a file say about its UNet.

    Attributes:
        in_channels, out_channels: of the picture; twice as many come out where the variance is learned.
        model_channels: width of the sinusoidal embedding of timesteps.
        embedding_width: width of the timestep embedding after its MLP.
        level_channels: width of each resolution level, finest first, and so of the first convolution.
        res_blocks: residual blocks of each level on the way down (one more on the way up).
        attention_levels: levels whose residual blocks are followed by attention.
        middle_attention: whether the middle attends.
        head_width: channels of an attention head, or None where `heads` is the number of heads at every level.
        resample_in_blocks: whether residual blocks change the size, instead of single convolutions.
        style: of the residual blocks.
        text: how attention takes text in, or None.
        text_only_levels: attention levels that attend to text and not to the picture; `middle_text_only` likewise.
        classes: number of classes of a class-conditional model, else 0.
        part_major: how the fused layers of attention are ordered; see `AttentionBlock`.
        split_attention: whether attention keeps its projections apart, as files of diffusers do.
    """

    in_channels: int
    out_channels: int
    model_channels: int
    embedding_width: int
    level_channels: tuple[int, ...]
    res_blocks: tuple[int, ...]
    attention_levels: tuple[int, ...] = ()
    middle_attention: bool = True
    head_width: int | None = 64
    heads: int = 1
    resample_in_blocks: bool = True
    style: ResidualStyle = LATENT_STYLE
    text: TextAttention | None = None
    text_only_levels: tuple[int, ...] = ()
    middle_text_only: bool = False
    classes: int = 0
    part_major: bool = False
    split_attention: bool = False

    def heads_at(self, channels: int) -> int:
        """Attention heads of a level that is `channels` wide."""
        return self.heads if self.head_width is None else max(1, channels // self.head_width)


class AdmEncoder(nn.Module):
    """Embeddings, way down and middle: what the UNet and the classifier share.

    Keys: `time_embed`, `label_emb`, `input_blocks`, `middle_block`.
    """

    def __init__(self, config: AdmConfig) -> None:
        super().__init__()
        self.config = config
        self.time_embed = self.embedding_mlp()
        if config.classes:
            self.label_emb = nn.Embedding(config.classes, config.embedding_width)
        first = nn.Conv2d(config.in_channels, config.level_channels[0], 3, padding=1)
        self.input_blocks, self.skip_widths = input_stages(self, first, config.level_channels, config.res_blocks)
        self.middle_block = self._build_middle(config.level_channels[-1])

    def embedding_mlp(self) -> nn.Sequential:
        """Return the layers that follow a sinusoidal embedding."""
        config = self.config
        return nn.Sequential(
            nn.Linear(config.model_channels, config.embedding_width),
            activation_layer(config.style.activation),
            nn.Linear(config.embedding_width, config.embedding_width),
        )

    def _residual(self, channels: int, out_channels: int) -> ResBlock:
        return ResBlock(channels, self.config.embedding_width, out_channels, style=self.config.style)

    def _attention(self, channels: int, *, text_only: bool) -> nn.Module:
        config, text = self.config, self.config.text
        if text is not None:
            text = TextAttention(text.width, normalise=text.normalise, only=text_only)
        heads = config.heads_at(channels)
        if config.split_attention:
            return SplitAttentionBlock(channels, heads, text)
        return AttentionBlock(channels, heads, text, part_major=config.part_major)

    def at_level(self, channels: int, level: int) -> list[nn.Module]:
        """Return a residual block from `channels` to the level's width, and the level's attention."""
        config = self.config
        width = config.level_channels[level]
        layers: list[nn.Module] = [self._residual(channels, width)]
        if level in config.attention_levels:
            layers.append(self._attention(width, text_only=level in config.text_only_levels))
        return layers

    def downsample(self, channels: int) -> nn.Module:
        """Return what halves the size."""
        if not self.config.resample_in_blocks:
            return Downsample(channels)
        style, width = self.config.style, self.config.embedding_width
        return ResBlock(channels, width, channels, style=style, resample="down")

    def upsample(self, channels: int) -> nn.Module:
        """Return what doubles the size."""
        if not self.config.resample_in_blocks:
            return Upsample(channels)
        style, width = self.config.style, self.config.embedding_width
        return ResBlock(channels, width, channels, style=style, resample="up")

    def _build_middle(self, channels: int) -> Stage:
        stage = Stage([self._residual(channels, channels)])
        if self.config.middle_attention:
            stage.append(self._attention(channels, text_only=self.config.middle_text_only))
        stage.append(self._residual(channels, channels))
        return stage

    def sinusoids(self, timesteps: Tensor, dtype: torch.dtype) -> Tensor:
        """Embed numbers [B] as `time_embed` expects them, [B, model_channels]."""
        return timestep_embedding(timesteps, self.config.model_channels).to(dtype)

    def embed(self, timesteps: Tensor, y: Tensor | None, dtype: torch.dtype) -> Tensor:
        """Embed timesteps [B] and, for networks that take them, class ids [B]."""
        embedding = self.time_embed(self.sinusoids(timesteps, dtype))
        if not self.config.classes:
            return embedding
        if y is None:
            raise ValueError(f"this model paints one of {self.config.classes} classes, and none was given")
        return embedding + self.label_emb(y)

    def encode(
        self, x: Tensor, embedding: Tensor, context: Tensor | None, mask: Tensor | None
    ) -> tuple[Tensor, list[Tensor]]:
        """Run the way down and the middle; returns the middle's output and the skips, finest first."""
        skips: list[Tensor] = []
        hidden = x
        for stage in self.input_blocks:
            hidden = stage(hidden, embedding, context, mask=mask)
            skips.append(hidden)
        return self.middle_block(hidden, embedding, context, mask=mask), skips


class AdmUNet(AdmEncoder):
    """Predicts the noise in a picture (and, with twice the channels, its variance)."""

    def __init__(self, config: AdmConfig) -> None:
        super().__init__(config)
        self.output_blocks = output_stages(self, config.level_channels, config.res_blocks, self.skip_widths)
        self.out = nn.Sequential(
            nn.GroupNorm(NORM_GROUPS, config.level_channels[0]),
            activation_layer(config.style.activation),
            nn.Conv2d(config.level_channels[0], config.out_channels, 3, padding=1),
        )

    def predict(
        self, x: Tensor, embedding: Tensor, context: Tensor | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Predict from a picture [B, in_channels, H, W] and a whole embedding [B, E]; families put those together."""
        hidden, skips = self.encode(x, embedding, context, mask)
        for stage in self.output_blocks:
            hidden = torch.cat([hidden, skips.pop()], dim=1)
            size = (skips[-1].shape[-2], skips[-1].shape[-1]) if skips else None
            hidden = stage(hidden, embedding, context, size, mask)
        return self.out(hidden)

    def forward(self, x: Tensor, timesteps: Tensor, context: Tensor | None = None, y: Tensor | None = None) -> Tensor:
        """Predict from a noisy picture.

        Args:
            x: [B, in_channels, H, W]; models that read a low-resolution picture take it as further channels.
            timesteps: [B], 0 to 999.
            context: text features [B, T, D], for models that attend to text.
            y: class ids [B], for models of classes.

        Returns:
            [B, out_channels, H, W].
        """
        return self.predict(x, self.embed(timesteps, y, x.dtype), context)
