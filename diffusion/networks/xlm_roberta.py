"""XLM-RoBERTa (Conneau et al. 2020) with a projection into CLIP's space: Kandinsky 2.1's multilingual text encoder.

Multilingual CLIP (Carlsson et al. 2022) under the names of transformers, as `text_encoder/` of the model holds them.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from diffusion.networks.clip import ClipTextStates
from diffusion.networks.interrupt import pause_point
from diffusion.networks.transformer import attend

_EPSILON = 1e-5


@dataclass(frozen=True)
class XlmRobertaConfig:
    """What shapes say. The defaults are Kandinsky 2.1's.

    Attributes:
        width, layers, heads, hidden: of the transformer.
        vocabulary: number of tokens.
        positions: stored positions; the first word's is `padding` + 1.
        projection: width of CLIP's space.
        padding: id of the padding token.
    """

    width: int = 1024
    layers: int = 24
    heads: int = 16
    hidden: int = 4096
    vocabulary: int = 250_002
    positions: int = 514
    projection: int = 768
    padding: int = 1


class _Normed(nn.Module):
    """A linear layer, a residual and a norm after it. Keys: `dense`, `LayerNorm`."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, width)
        self.LayerNorm = nn.LayerNorm(width, eps=_EPSILON)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """Map [B, T, inputs] and a residual [B, T, width] to [B, T, width]."""
        return self.LayerNorm(self.dense(x) + residual)


class _Projections(nn.Module):
    """Keys: `query`, `key`, `value`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))


class _Attention(nn.Module):
    """Keys: `self.query` …, `output.dense`, `output.LayerNorm`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.add_module("self", _Projections(width))
        self.output = _Normed(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map [B, T, width]; `mask` [B, 1, 1, T] is true where there are words."""
        layers = self.get_submodule("self").children()
        query, key, value = (layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in layers)
        return self.output(attend(query, key, value, mask), x)


class _Dense(nn.Module):
    """Key: `dense`."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, hidden)


class _Layer(nn.Module):
    """Keys: `attention`, `intermediate.dense`, `output`."""

    def __init__(self, config: XlmRobertaConfig) -> None:
        super().__init__()
        self.attention = _Attention(config.width, config.heads)
        self.intermediate = _Dense(config.width, config.hidden)
        self.output = _Normed(config.hidden, config.width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map [B, T, width] to the same."""
        pause_point()
        x = self.attention(x, mask)
        return self.output(nn.functional.gelu(self.intermediate.dense(x)), x)


class _Embeddings(nn.Module):
    """Keys: `word_embeddings`, `position_embeddings`, `token_type_embeddings`, `LayerNorm`."""

    def __init__(self, config: XlmRobertaConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocabulary, config.width)
        self.position_embeddings = nn.Embedding(config.positions, config.width)
        self.token_type_embeddings = nn.Embedding(1, config.width)
        self.LayerNorm = nn.LayerNorm(config.width, eps=_EPSILON)


class _Encoder(nn.Module):
    """Key: `layer.N`."""

    def __init__(self, config: XlmRobertaConfig) -> None:
        super().__init__()
        self.layer = nn.ModuleList([_Layer(config) for _ in range(config.layers)])


class _Transformer(nn.Module):
    """Keys: `embeddings`, `encoder`."""

    def __init__(self, config: XlmRobertaConfig) -> None:
        super().__init__()
        self.embeddings = _Embeddings(config)
        self.encoder = _Encoder(config)


class MultilingualClip(nn.Module):
    """Words of a hundred languages → features, and an embedding in CLIP's space. Keys: `transformer`,
    `LinearTransformation`.
    """

    def __init__(self, config: XlmRobertaConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = _Transformer(config)
        self.LinearTransformation = nn.Linear(config.width, config.projection)

    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Look token ids [B, T] up, [B, T, width]; positions and the norm come later."""
        return self.transformer.embeddings.word_embeddings(ids)

    def words(self, ids: Tensor) -> Tensor:
        """Return where ids [B, T] are words and not padding."""
        return ids != self.config.padding

    def forward(self, ids: Tensor, embedded: Tensor | None = None) -> ClipTextStates:
        """Encode token ids [B, T].

        Args:
            ids: padded; padding is not looked at.
            embedded: [B, T, width], in place of what `embed_tokens` gives.
        """
        embeddings = self.transformer.embeddings
        words = self.words(ids)
        positions = words.long().cumsum(dim=1) * words + self.config.padding
        x = self.embed_tokens(ids) if embedded is None else embedded
        x = x + embeddings.position_embeddings(positions) + embeddings.token_type_embeddings.weight[0]
        states = [embeddings.LayerNorm(x)]
        for layer in self.transformer.encoder.layer:
            states.append(layer(states[-1], words[:, None, None]))
        return ClipTextStates(tuple(states), states[-1])

    def final_norm(self, hidden: Tensor) -> Tensor:
        """Return features as they are: each layer ends in its norm."""
        return hidden

    def pool(self, last: Tensor, ids: Tensor) -> Tensor:
        """Return text embeddings [B, projection]: the mean of the words' features [B, T, width], projected."""
        words = self.words(ids)[..., None].to(last.dtype)
        return self.LinearTransformation((last * words).sum(dim=1) / words.sum(dim=1))
