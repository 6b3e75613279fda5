"""What the models of latent diffusion (2022) have and Stable Diffusion has not: their text encoder, VQ autoencoders."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.reading import Shapes, count, shape_of, under
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.bert import BertConfig
from diffusion.networks.vq import VQConfig

UNET = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
BERT = "cond_stage_model.transformer."

_HEAD_WIDTH = 64


def map_bert_keys(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return name in `BertEncoder` → name in the file; the layer that would guess words is left out."""
    return {ours: theirs for ours, theirs in under(names, prefix).items() if not ours.startswith("to_logits.")}


_DIFFUSERS_LAYER = {
    "self_attn_layer_norm": "0.0",
    "self_attn.q_proj": "0.1.to_q",
    "self_attn.k_proj": "0.1.to_k",
    "self_attn.v_proj": "0.1.to_v",
    "self_attn.out_proj": "0.1.to_out",
    "final_layer_norm": "1.0",
    "fc1": "1.1.net.0.0",
    "fc2": "1.1.net.2",
}
_DIFFUSERS_ENDS = {
    "embed_tokens": "token_emb",
    "embed_positions": "pos_emb.emb",
    "layer_norm": "norm",
}


def map_diffusers_bert_keys(names: Iterable[str], prefix: str = "bert.") -> dict[str, str]:
    """Return name in `BertEncoder` → name in a diffusers folder, where its class is `LDMBertModel`."""
    table: dict[str, str] = {}
    for inside, name in under(names, prefix + "model.").items():
        module, _, kind = inside.rpartition(".")
        if module in _DIFFUSERS_ENDS:
            table[f"{_DIFFUSERS_ENDS[module]}.{kind}"] = name
        elif module.startswith("layers."):
            _, number, part = module.split(".", 2)
            # The authors count attention and feed-forward as two layers.
            half, _, inner = _DIFFUSERS_LAYER.get(part, "").partition(".")
            if half:
                table[f"attn_layers.layers.{2 * int(number) + int(half)}.{inner}.{kind}"] = name
    return table


def bert_config_from_shapes(shapes: Shapes) -> BertConfig:
    """Infer the configuration of the text encoder.

    Args:
        shapes: key → shape, without the file's prefix (`token_emb.weight` …).

    Raises:
        ShapeError: a needed tensor is missing.
    """
    part = "text encoder"
    vocabulary, width = shape_of(shapes, "token_emb.weight", part)
    inner = shape_of(shapes, "attn_layers.layers.0.1.to_q.weight", part)[0]
    return BertConfig(
        width=width,
        layers=count(shapes, r"attn_layers\.layers\.(\d+)\.") // 2,
        heads=inner // _HEAD_WIDTH,
        head_width=_HEAD_WIDTH,
        vocabulary=vocabulary,
        positions=shape_of(shapes, "pos_emb.emb.weight", part)[0],
    )


def map_vq_keys(names: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return name in `AutoencoderVQ` → name in the file; the training loss is left out."""
    return {ours: theirs for ours, theirs in under(names, prefix).items() if not ours.startswith("loss.")}


def vq_config_from_shapes(shapes: Shapes) -> VQConfig:
    """Infer the configuration of a VQ autoencoder.

    Args:
        shapes: key → shape, without the file's prefix (`encoder.conv_in.weight` …).

    Raises:
        ShapeError: a needed tensor is missing.
    """
    codes, code_width = shape_of(shapes, "quantize.embedding.weight", "autoencoder")
    return VQConfig(autoencoder_config_from_shapes(shapes), codes, code_width)
