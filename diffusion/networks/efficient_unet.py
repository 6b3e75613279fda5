"""Imagen's Efficient U-Net (Saharia et al. 2022, appendix B) for upsampling stages of one's own.

It puts most blocks at low resolution, halves the size before a level's convolutions and doubles it after them, and
scales skip connections by 1/√2. Each of these is a setting, so that they can be compared.

Three further settings make a network that is quick on a CPU and may be trained on crops alone: it works on patches of
pixels (Hoogeboom et al. 2023, section 3.2), its norms look at one position at a time, and it adds its prediction to
the small picture, so that flat colours need no learning.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.attention_block import AttentionBlock, TextAttention
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.residual import Downsample, Norm, ResBlock, ResidualStyle, Upsample, norm_layer
from diffusion.networks.stages import Stage

_COLOURS = 3


@dataclass(frozen=True)
class EfficientUNetConfig:
    """The shape of an Efficient U-Net.

    Attributes:
        in_channels: the noisy picture and, behind it, the grown small one, counted in patches.
        out_channels: of the prediction, counted in patches; twice the picture's where the variance is learned.
        level_channels: width of each resolution level, finest first; multiples of 32.
        res_blocks: residual blocks of each level, on the way down as on the way up.
        self_attention: levels whose positions attend to each other. Imagen's 64→256 net has it at the coarsest
            level, its 256→1024 net at none.
        text_attention: levels that attend to the text.
        text_width: of the text features; 0 for a network without text.
        pooled_width: of the pooled text that joins the timestep; 0 for none.
        augmented: whether the network is told how much noise was put on the small picture.
        resize_outside: halve before each level's convolutions and double after them, so that even the finest level
            works at half the picture's size; otherwise levels halve after their convolutions, as in other UNets.
        skip_scale: factor on skip connections.
        head_width: channels of an attention head.
        patch: side of the patches of pixels that the network takes for one position.
        norm: see `ResidualStyle`.
        embedding_width: of the timestep embedding after its MLP; 0 for four times the finest level's width.
        residual: whether the prediction is added to the small picture, which a gain follows the embedding.
    """

    in_channels: int = 6
    out_channels: int = 3
    level_channels: tuple[int, ...] = (128, 256, 512, 1024)
    res_blocks: tuple[int, ...] = (2, 4, 8, 8)
    self_attention: tuple[int, ...] = (3,)
    text_attention: tuple[int, ...] = (3,)
    text_width: int = 0
    pooled_width: int = 0
    augmented: bool = True
    resize_outside: bool = True
    skip_scale: float = 2**-0.5
    head_width: int = 64
    patch: int = 1
    norm: Norm = "group"
    embedding_width: int = 0
    residual: bool = False

    def __post_init__(self) -> None:
        if len(self.level_channels) != len(self.res_blocks):
            raise ValueError(
                f"{len(self.level_channels)} level widths and {len(self.res_blocks)} counts of blocks were given; "
                "each level needs both"
            )
        if not self.embedding_width:
            object.__setattr__(self, "embedding_width", 4 * self.level_channels[0])

    @property
    def learned_range(self) -> bool:
        """Whether the network says how uncertain it is (Nichol & Dhariwal 2021)."""
        return self.out_channels == 2 * _COLOURS * self.patch**2

    def attention_at(self, level: int) -> AttentionBlock | None:
        """Return what attends at a level: to itself, to the text, to both, or nothing."""
        attends_text = self.text_width > 0 and level in self.text_attention
        attends_self = level in self.self_attention
        if not (attends_text or attends_self):
            return None
        width = self.level_channels[level]
        text = TextAttention(self.text_width, normalise=True, only=not attends_self) if attends_text else None
        return AttentionBlock(width, max(1, width // self.head_width), text)

    def blocks_at(self, level: int, channels: int) -> Stage:
        """Return a level's residual blocks, from `channels` to the level's width, and its attention."""
        width = self.level_channels[level]
        widths = [channels] + [width] * (self.res_blocks[level] - 1)
        style = ResidualStyle(scale_shift=True, norm=self.norm)
        stage = Stage([ResBlock(entry, self.embedding_width, width, style=style) for entry in widths])
        if (attention := self.attention_at(level)) is not None:
            stage.append(attention)
        return stage


class EfficientUNet(nn.Module):
    """Predicts from a noisy picture, a small one grown to its size, and perhaps text.

    Keys: `time_embed`, `aug_embed`, `pooled_embed`, `conv_in`, `down.N`, `shrink.N`, `up.N`, `grow.N`, `out`,
    `small_gain`.
    """

    def __init__(self, config: EfficientUNetConfig) -> None:
        super().__init__()
        self.config = config
        self.patch = config.patch
        widths = config.level_channels
        self.time_embed = self._embedding(widths[0])
        self.aug_embed = self._embedding(widths[0]) if config.augmented else None
        self.pooled_embed = None
        if config.pooled_width:
            self.pooled_embed = nn.Sequential(
                nn.LayerNorm(config.pooled_width), nn.Linear(config.pooled_width, config.embedding_width)
            )
        self.conv_in = nn.Conv2d(config.in_channels, widths[0], 3, padding=1)
        last = len(widths) - 1
        self.down = nn.ModuleList([config.blocks_at(n, widths[max(0, n - 1)]) for n in range(last + 1)])
        # On the way up, a level reads what comes from below beside its own level's skip.
        self.up = nn.ModuleList([config.blocks_at(n, widths[min(n + 1, last)] + widths[n]) for n in range(last + 1)])
        before = widths[:1] + widths[:-1] if config.resize_outside else widths[:-1]
        self.shrink = nn.ModuleList([Downsample(width) for width in before])
        self.grow = nn.ModuleList([Upsample(width) for width in (widths if config.resize_outside else widths[1:])])
        self.out = nn.Sequential(
            norm_layer(config.norm, widths[0]), nn.SiLU(), nn.Conv2d(widths[0], config.out_channels, 3, padding=1)
        )
        self.small_gain = None
        if config.residual:
            self.small_gain = nn.Linear(config.embedding_width, 1)
            nn.init.zeros_(self.small_gain.weight)
            nn.init.ones_(self.small_gain.bias)

    def _embedding(self, width: int) -> nn.Sequential:
        inner = self.config.embedding_width
        return nn.Sequential(nn.Linear(width, inner), nn.SiLU(), nn.Linear(inner, inner))

    def embed(self, timesteps: Tensor, pooled: Tensor | None, level: Tensor | None, dtype: torch.dtype) -> Tensor:
        """Embed timesteps [B], pooled text [B, pooled_width] and the timestep of the small picture's noise [B]."""
        width = self.config.level_channels[0]
        embedding = self.time_embed(timestep_embedding(timesteps, width).to(dtype))
        if self.pooled_embed is not None:
            if pooled is None:
                raise ValueError("this upsampling network joins pooled text to the timestep, and none was given")
            embedding = embedding + self.pooled_embed(pooled.to(dtype))
        if self.aug_embed is not None:
            if level is None:
                raise ValueError("this upsampling network must be told the noise on its small picture")
            embedding = embedding + self.aug_embed(timestep_embedding(level, width).to(dtype))
        return embedding

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        context: Tensor | None = None,
        y: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Predict.

        Args:
            x: [B, in_channels / patch², H, W], the noisy picture with the grown small one behind it; H and W are
                multiples of the patch.
            timesteps: [B], 0 to 1000.
            context: text features [B, T, text_width], for networks with text.
            y: pooled text [B, pooled_width], for networks that take it.
            level: [B], the timestep of the noise that was put on the small picture (Saharia et al. 2022, §2.5).

        Returns:
            [B, out_channels / patch², H, W].

        Raises:
            ValueError: something the network needs was not given.
        """
        embedding = self.embed(timesteps, y, level, x.dtype)
        made = self._predict(F.pixel_unshuffle(x, self.config.patch), embedding, context)
        made = F.pixel_shuffle(made, self.config.patch)
        return made if self.small_gain is None else made + self._base(x, embedding)

    def _base(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Return the small picture, grown and without what noise was put on it since, [B, 3, H, W]."""
        assert self.small_gain is not None
        small, patch = x[:, -_COLOURS:], self.config.patch
        # Noise is drawn at the large size: the mean over a patch has a patch's less of it.
        smooth = F.interpolate(F.avg_pool2d(small, patch), scale_factor=float(patch), mode="bilinear")
        return smooth * self.small_gain(embedding)[:, :, None, None]

    def _predict(self, x: Tensor, embedding: Tensor, context: Tensor | None) -> Tensor:
        outside, skips = self.config.resize_outside, list[Tensor]()
        sizes = list[tuple[int, int]]()
        hidden = self.conv_in(x)
        for number, stage in enumerate(self.down):
            if outside or number:
                sizes.append((hidden.shape[-2], hidden.shape[-1]))
                hidden = self.shrink[number if outside else number - 1](hidden)
            hidden = stage(hidden, embedding, context)
            skips.append(hidden)
        for number in reversed(range(len(self.up))):
            hidden = torch.cat([hidden, skips.pop() * self.config.skip_scale], dim=1)
            hidden = self.up[number](hidden, embedding, context)
            if outside or number:
                hidden = self.grow[number if outside else number - 1](hidden, sizes.pop())
        return self.out(hidden)
