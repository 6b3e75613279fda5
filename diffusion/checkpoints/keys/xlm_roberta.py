"""Kandinsky 2.1's multilingual text encoder in files."""

from diffusion.checkpoints.keys.reading import Shapes, count, heads_of, shape_of
from diffusion.networks.xlm_roberta import XlmRobertaConfig

MARKER = "LinearTransformation.weight"
_PART = "multilingual text encoder"
_HEAD_WIDTH = 64


def xlm_roberta_config_from_shapes(shapes: Shapes) -> XlmRobertaConfig:
    """Infer the configuration.

    Args:
        shapes: name in `MultilingualClip` → shape.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    head = "transformer.embeddings"
    vocabulary, width = shape_of(shapes, f"{head}.word_embeddings.weight", _PART)
    return XlmRobertaConfig(
        width=width,
        layers=count(shapes, r"transformer\.encoder\.layer\.(\d+)\."),
        heads=heads_of(width, _HEAD_WIDTH, _PART),
        hidden=shape_of(shapes, "transformer.encoder.layer.0.intermediate.dense.weight", _PART)[0],
        vocabulary=vocabulary,
        positions=shape_of(shapes, f"{head}.position_embeddings.weight", _PART)[0],
        projection=shape_of(shapes, MARKER, _PART)[0],
    )
