"""T5 encoders in the layout of transformers."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.reading import Shapes, count, shape_of, under
from diffusion.networks.t5 import T5Config

_EMBEDDING = "shared.weight"
_EMBEDDING_AGAIN = "encoder.embed_tokens.weight"


def map_t5_keys(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return name in `T5Encoder` → name in the file.

    Files hold the embedding of tokens once or twice, under either of two names; a decoder, if there is one, is
    left out.
    """
    table = {ours: theirs for ours, theirs in under(names, prefix).items() if ours.startswith(("shared.", "encoder."))}
    again = table.pop(_EMBEDDING_AGAIN, None)
    if again is not None:
        table.setdefault(_EMBEDDING, again)
    return table


def t5_config_from_shapes(shapes: Shapes) -> T5Config:
    """Infer the configuration of a T5 encoder.

    Args:
        shapes: key → shape, without the file's prefix (`shared.weight` …).

    Raises:
        ShapeError: a needed tensor is missing.
    """
    part = "T5"
    vocabulary, width = shape_of(shapes, _EMBEDDING, part)
    buckets, heads = shape_of(shapes, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", part)
    return T5Config(
        width=width,
        mlp_width=shape_of(shapes, "encoder.block.0.layer.1.DenseReluDense.wo.weight", part)[1],
        layers=count(shapes, r"encoder\.block\.(\d+)\."),
        heads=heads,
        head_width=shape_of(shapes, "encoder.block.0.layer.0.SelfAttention.q.weight", part)[0] // heads,
        vocabulary=vocabulary,
        buckets=buckets,
        gated="encoder.block.0.layer.1.DenseReluDense.wi_1.weight" in shapes,
    )
