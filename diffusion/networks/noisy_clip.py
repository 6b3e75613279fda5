"""The CLIP that GLIDE's guidance was trained with (Nichol et al. 2021, section 3.2): it knows how noisy a picture is.

Published as two files, one of pictures and one of words; keys as they stand there.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import attend

_PIXEL_MEAN = (122.77093945, 116.74601272, 104.09373519)
_PIXEL_DEVIATION = (68.50053285, 66.63215831, 70.32316309)


@dataclass(frozen=True)
class NoisyClipConfig:
    """What shapes say of either half. The defaults are those of the published picture encoder.

    Attributes:
        width, layers, heads: of the transformer.
        embedding: width of the common space of words and pictures.
        positions: length of the sequence: of a prompt, or 1 + patches of a picture.
        patch: side of a patch in pixels (pictures).
        timesteps: noise levels known (pictures).
        vocabulary: number of tokens (words).
    """

    width: int = 768
    layers: int = 12
    heads: int = 12
    embedding: int = 512
    positions: int = 257
    patch: int = 4
    timesteps: int = 1000
    vocabulary: int = 65_536

    @property
    def side(self) -> int:
        """Side of the pictures it reads, in pixels."""
        return round((self.positions - 1) ** 0.5) * self.patch


class Affine(nn.Module):
    """A linear layer under the keys `w` and, with a bias, `b`."""

    def __init__(self, width: int, out_width: int, *, bias: bool = True) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(out_width, width) * width**-0.5)
        self.b = nn.Parameter(torch.zeros(out_width)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., width] to [..., out_width]."""
        return F.linear(x, self.w, self.b)


class Norm(nn.Module):
    """A layer norm under the keys `g` and `b`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(width))
        self.b = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [..., width]."""
        return F.layer_norm(x, (self.g.shape[0],), self.g, self.b, 1e-5)


class Attention(nn.Module):
    """Residual self-attention. Keys: `ln`, `f_q`, `f_k` (no bias), `f_v`, `f_c`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln = Norm(width)
        self.f_q, self.f_v, self.f_c = (Affine(width, width) for _ in range(3))
        self.f_k = Affine(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        normed = self.ln(x)
        parts = (layer(normed).unflatten(-1, (self.heads, -1)) for layer in (self.f_q, self.f_k, self.f_v))
        query, key, value = (part.transpose(1, 2) for part in parts)
        return x + self.f_c(attend(query, key, value, mask))


class FeedForward(nn.Module):
    """Residual feed-forward of four times the width. Keys: `ln`, `f_1`, `f_2`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln = Norm(width)
        self.f_1 = Affine(width, 4 * width)
        self.f_2 = Affine(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        return x + self.f_2(F.gelu(self.f_1(self.ln(x))))


class Block(nn.Module):
    """Keys: `f_attn`, `f_mlp`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.f_attn = Attention(width, heads)
        self.f_mlp = FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Map [B, N, width] to [B, N, width]."""
        pause_point()
        return self.f_mlp(self.f_attn(x, mask))


class WordInput(nn.Module):
    """Keys: `w_voc`, `w_pos`."""

    def __init__(self, config: NoisyClipConfig) -> None:
        super().__init__()
        self.w_voc = nn.Parameter(torch.randn(config.vocabulary, config.width) * 0.02)
        self.w_pos = nn.Parameter(torch.zeros(config.positions, config.width))

    def forward(self, ids: Tensor) -> Tensor:
        """Embed token ids [B, positions]."""
        return F.embedding(ids, self.w_voc) + self.w_pos


class PictureInput(nn.Module):
    """Keys: `w_t` (a first token for each timestep), `patch_proj`, `w_pos`, `ln`."""

    def __init__(self, config: NoisyClipConfig) -> None:
        super().__init__()
        self.patch = config.patch
        self.w_t = nn.Parameter(torch.randn(config.timesteps, config.width) * config.width**-0.5)
        self.patch_proj = nn.Parameter(torch.randn(config.width, 3, config.patch, config.patch) * 0.02)
        self.w_pos = nn.Parameter(torch.zeros(config.positions, config.width))
        self.ln = Norm(config.width)

    def forward(self, picture: Tensor, timesteps: Tensor) -> Tensor:
        """Cut pictures [B, 3, side, side] in 0..255 into patches behind a token of the timestep [B] int64."""
        mean = picture.new_tensor(_PIXEL_MEAN)[:, None, None]
        deviation = picture.new_tensor(_PIXEL_DEVIATION)[:, None, None]
        patches = F.conv2d((picture - mean) / deviation, self.patch_proj, stride=self.patch)
        first = F.embedding(timesteps, self.w_t)[:, None]
        return self.ln(torch.cat([first, patches.flatten(2).transpose(1, 2)], dim=1) + self.w_pos)


class Output(nn.Module):
    """Keys: `ln`, `f` (no bias)."""

    def __init__(self, config: NoisyClipConfig) -> None:
        super().__init__()
        self.ln = Norm(config.width)
        self.f = Affine(config.width, config.embedding, bias=False)

    def forward(self, token: Tensor) -> Tensor:
        """Map the token that stands for the whole [B, width] to a unit vector [B, embedding]."""
        return F.normalize(self.f(self.ln(token)), dim=-1, eps=1e-12)


def _blocks(config: NoisyClipConfig, first: nn.Module) -> nn.ModuleDict:
    blocks: dict[str, nn.Module] = {"input": first}
    for number in range(config.layers):
        blocks[f"block_{number}"] = Block(config.width, config.heads)
    return nn.ModuleDict(blocks | {"output": Output(config)})


class NoisyClipText(nn.Module):
    """Words → unit vector. Keys: `blocks.input`, `blocks.block_N`, `blocks.output`."""

    def __init__(self, config: NoisyClipConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = _blocks(config, WordInput(config))

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Encode token ids [B, positions], of which `lengths` [B] are real (the last one ends the prompt)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        causal = places[None] <= places[:, None]
        x = self.blocks["input"](ids)
        for number in range(self.config.layers):
            x = self.blocks[f"block_{number}"](x, causal)
        return self.blocks["output"](x[torch.arange(len(x), device=x.device), lengths - 1])


class NoisyClipImage(nn.Module):
    """Noisy picture and its timestep → unit vector. Keys as those of the words."""

    def __init__(self, config: NoisyClipConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = _blocks(config, PictureInput(config))

    def forward(self, picture: Tensor, timesteps: Tensor) -> Tensor:
        """Encode pictures [B, 3, side, side] in -1..1 with noise of timesteps [B] int64."""
        x = self.blocks["input"]((picture + 1) * 127.5, timesteps)
        for number in range(self.config.layers):
            x = self.blocks[f"block_{number}"](x, None)
        return self.blocks["output"](x[:, 0])
