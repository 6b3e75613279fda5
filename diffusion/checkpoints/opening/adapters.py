"""Files that change a model and are none themselves. They are recognised here and read by what applies them."""

from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout

_LORA_ENDS = (
    ".lora_down.weight",
    ".lora_A.weight",
    ".lora_A.default.weight",
    ".lora.down.weight",
    "_lora.down.weight",
    ".lora_linear_layer.down.weight",
    ".hada_w1_a",
    ".lokr_w1",
    ".lokr_w1_a",
    ".oft_blocks",
)
_TOKEN_WIDTHS = {768, 1024, 1280, 4096}


def _lora(layout: Layout) -> str | None:
    pairs = sum(name.endswith(_LORA_ENDS) for name in layout.shapes)
    return f"{pairs} layers are changed by low-rank matrices" if pairs else None


def _embedding(layout: Layout) -> str | None:
    shapes = layout.shapes
    vectors = [shape for shape in shapes.values() if len(shape) in (1, 2) and shape and shape[-1] in _TOKEN_WIDTHS]
    few = 0 < len(shapes) <= 3 and len(vectors) == len(shapes)
    dotted = any("." in name and "string_to_param" not in name for name in shapes)
    return f"{len(shapes)} sets of token vectors and nothing else" if few and not dotted else None


ADAPTER_KINDS = (
    Kind("lora", "LoRA", _lora, remedy="Put it into models/loras and apply it to a model with 'Load LoRA'."),
    Kind(
        "embedding",
        "textual inversion",
        _embedding,
        remedy="Put it into models/embeddings and name it in a prompt: embedding:name.",
    ),
)
