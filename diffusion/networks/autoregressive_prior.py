"""The autoregressive prior of unCLIP (Ramesh et al. 2022, section 2.2): an image embedding as a sequence of codes.

The embedding's principal components, largest first, are each cut into buckets. A causal transformer reads the text's
features, its embedding and a token of how well text and image shall agree, and says one bucket after another. No
weights of it were ever published; the layout is ours, and written down in `docs/developing/autoregressive-prior.md`.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import Mlp, attend, causal_mask


@dataclass(frozen=True)
class AutoregressivePriorConfig:
    """What shapes say. The defaults are the paper's sizes, as far as it gives them.

    Attributes:
        width, layers, heads: of the transformer.
        clip_width: of CLIP's embeddings and features.
        text_length: tokens of text.
        components: principal components that are kept of an image embedding.
        buckets: that each component is cut into.
        agreements: buckets of the dot product of text and image embedding.
    """

    width: int = 2048
    layers: int = 24
    heads: int = 32
    clip_width: int = 1024
    text_length: int = 77
    components: int = 319
    buckets: int = 1024
    agreements: int = 64


class ImageCodes(nn.Module):
    """Image embeddings ⇄ codes, and how well a text and an image agree as a code.

    Buffers: `mean` [D], `axes` [K, D] of length 1, largest spread first, `low` and `high` [K] where buckets begin and
    end, `agreement_edges` [A-1] between equally frequent agreements.
    """

    mean: Tensor
    axes: Tensor
    low: Tensor
    high: Tensor
    agreement_edges: Tensor

    def __init__(self, config: AutoregressivePriorConfig) -> None:
        super().__init__()
        self.buckets = config.buckets
        self.register_buffer("mean", torch.zeros(config.clip_width))
        self.register_buffer("axes", torch.zeros(config.components, config.clip_width))
        self.register_buffer("low", torch.zeros(config.components))
        self.register_buffer("high", torch.ones(config.components))
        self.register_buffer("agreement_edges", torch.zeros(config.agreements - 1))

    def encode(self, embedding: Tensor) -> Tensor:
        """Map embeddings [B, D] to codes [B, K] int64, 0 to buckets - 1; what lies outside takes the nearest."""
        low, high = self.low.float(), self.high.float()
        places = ((embedding.float() - self.mean) @ self.axes.float().T - low) / (high - low).clamp(min=1e-12)
        return (places * self.buckets).floor().long().clamp(0, self.buckets - 1)

    def decode(self, codes: Tensor) -> Tensor:
        """Map codes [B, K] to embeddings [B, D] float32: the middle of each bucket."""
        low, high = self.low.float(), self.high.float()
        places = low + (codes.float() + 0.5) / self.buckets * (high - low)
        return places @ self.axes.float() + self.mean.float()

    def agreement(self, image: Tensor, text: Tensor) -> Tensor:
        """Return the code [B] of the dot products of embeddings [B, D]."""
        return torch.bucketize((image.float() * text.float()).sum(dim=-1), self.agreement_edges.float())


@dataclass
class KeyValueCache:
    """Keys and values of the tokens read so far, a pair for each layer: [B, heads, N, head width] each.

    Reading one token more then costs one token's work and not that of the whole sequence.
    """

    layers: list[tuple[Tensor, Tensor]] = field(default_factory=list[tuple[Tensor, Tensor]])
    visible: Tensor | None = None

    @property
    def length(self) -> int:
        """Tokens read."""
        return 0 if self.visible is None else self.visible.shape[1]


class CachedBlock(nn.Module):
    """Attention and feed-forward that can go on where a sequence was left. Keys: `ln_1`, `attn`, `ln_2`, `mlp`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict({"c_qkv": nn.Linear(width, 3 * width), "c_proj": nn.Linear(width, width)})
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Mlp(width, 4 * width, "gelu")

    def forward(self, x: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor, Tensor]:
        """Map [B, N, width] to the same; returns with it the keys and values of everything read so far.

        `mask` [B, 1, N, M] is true where one of the N new tokens may look at one of all M.
        """
        pause_point()
        fused = self.attn["c_qkv"](self.ln_1(x)).unflatten(-1, (3, self.heads, -1))
        query, key, value = fused.permute(2, 0, 3, 1, 4)
        if past is not None:
            key, value = torch.cat([past[0], key], dim=2), torch.cat([past[1], value], dim=2)
        x = x + self.attn["c_proj"](attend(query, key, value, mask))
        return x + self.mlp(self.ln_2(x)), key, value


class AutoregressivePrior(nn.Module):
    """Text → codes of an image embedding.

    Keys: `text_features`, `text_embedding`, `no_text`, `agreement`, `bucket`, `positions`, `resblocks.N`, `final_ln`,
    `to_bucket`, and the buffers of `codes`.
    """

    def __init__(self, config: AutoregressivePriorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.codes = ImageCodes(config)
        self.text_features = nn.Linear(config.clip_width, width)
        self.text_embedding = nn.Linear(config.clip_width, width)
        self.no_text = nn.Parameter(torch.zeros(config.text_length + 1, width))
        self.agreement = nn.Embedding(config.agreements, width)
        self.bucket = nn.Embedding(config.buckets, width)
        # Text, its embedding, the agreement, and all codes but the last, which nothing follows.
        self.positions = nn.Parameter(torch.zeros(config.text_length + 1 + config.components, width))
        self.resblocks = nn.ModuleList([CachedBlock(width, config.heads) for _ in range(config.layers)])
        self.final_ln = nn.LayerNorm(width)
        self.to_bucket = nn.Linear(width, config.buckets)

    def _prompt(self, pooled: Tensor | None, sequence: Tensor | None, batch: int) -> Tensor:
        if pooled is None or sequence is None:
            return self.no_text.expand(batch, -1, -1)
        return torch.cat([self.text_features(sequence), self.text_embedding(pooled)[:, None]], dim=1)

    def _read(self, tokens: Tensor, visible: Tensor, cache: KeyValueCache) -> Tensor:
        """Read new tokens [B, N, width], `visible` [B, N] where they are no padding; returns logits [B, N, buckets]."""
        start = cache.length
        x = tokens + self.positions[start : start + tokens.shape[1]]
        seen = visible if cache.visible is None else torch.cat([cache.visible, visible], dim=1)
        order = causal_mask(seen.shape[1], x.device)[start:]
        # A padding token looks at itself alone: a row that may look at nothing would be no number.
        own = torch.eye(seen.shape[1], dtype=torch.bool, device=x.device)[start:]
        mask = ((seen[:, None] & order) | own)[:, None]
        kept: list[tuple[Tensor, Tensor]] = []
        for number, block in enumerate(self.resblocks):
            x, key, value = block(x, mask, cache.layers[number] if cache.layers else None)
            kept.append((key, value))
        cache.layers, cache.visible = kept, seen
        return self.to_bucket(self.final_ln(x))

    def begin(
        self, agreement: Tensor, pooled: Tensor | None, sequence: Tensor | None, mask: Tensor | None
    ) -> tuple[Tensor, KeyValueCache]:
        """Read the text and the agreement.

        Args:
            agreement: [B] codes of how well text and image shall agree.
            pooled: text embedding [B, clip_width]; None for no text.
            sequence: text features [B, text_length, clip_width]; None for no text.
            mask: [B, text_length], true for words; None for all of them.

        Returns:
            Logits [B, buckets] of the first code, and the cache to go on from.
        """
        batch = len(agreement)
        tokens = torch.cat([self._prompt(pooled, sequence, batch), self.agreement(agreement)[:, None]], dim=1)
        visible = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        if pooled is not None and mask is not None:
            visible[:, : mask.shape[1]] = mask
        cache = KeyValueCache()
        return self._read(tokens, visible, cache)[:, -1], cache

    def go_on(self, code: Tensor, cache: KeyValueCache) -> Tensor:
        """Read one code [B] more; returns the logits [B, buckets] of the next, and adds to the cache."""
        visible = torch.ones(len(code), 1, dtype=torch.bool, device=code.device)
        return self._read(self.bucket(code)[:, None], visible, cache)[:, -1]

    def forward(
        self,
        codes: Tensor,
        agreement: Tensor,
        pooled: Tensor | None = None,
        sequence: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Say all codes at once, as training does: logits [B, K, buckets] for codes [B, K]; see `begin`."""
        prompt = self._prompt(pooled, sequence, len(codes))
        tokens = torch.cat([prompt, self.agreement(agreement)[:, None], self.bucket(codes[:, :-1])], dim=1)
        visible = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        if pooled is not None and mask is not None:
            visible[:, : mask.shape[1]] = mask
        return self._read(tokens, visible, KeyValueCache())[:, prompt.shape[1] :]
