"""Text encoders in files of their own."""

from diffusion.checkpoints.keys.reading import under
from diffusion.checkpoints.keys.xlm_roberta import MARKER, xlm_roberta_config_from_shapes
from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel, OpenedText
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.parts import ORPHANS, clip_part, open_clip_part, t5_part
from diffusion.networks.xlm_roberta import MultilingualClip

_TRANSFORMERS = (
    "",
    "transformer.",
    "text_encoders.clip_l.transformer.",
    "text_encoders.clip_g.transformer.",
    "clip_l.",
    "clip_g.",
)
_OPEN_CLIP = ("", "model.", "cond_stage_model.model.")
_MULTILINGUAL = ("", "text_encoder.")
_T5 = ("", "text_encoders.t5xxl.transformer.", "t5xxl.", "model.")


def _opened(opening: Opening, text: OpenedText | None) -> OpenedModel:
    opening.leave_matching(ORPHANS)
    return OpenedModel(opening.file.path, opening.detection, text=() if text is None else (text,))


def open_clip(opening: Opening) -> OpenedModel:
    """Open a CLIP text encoder in the layout of transformers: CLIP-L, OpenCLIP-H or -bigG, told by the width."""
    prefix = next(prefix for prefix in _TRANSFORMERS if opening.layout.clip_text(prefix))
    return _opened(opening, clip_part(opening, prefix, projected=True))


def open_open_clip(opening: Opening) -> OpenedModel:
    """Open the text encoder of a file in OpenCLIP's own layout; a picture encoder beside it is left unread."""
    prefix = next(prefix for prefix in _OPEN_CLIP if opening.layout.open_clip_text(prefix))
    opening.leave(name for name in opening.file.shapes if name.startswith(prefix + "visual."))
    return _opened(opening, open_clip_part(opening, prefix))


def open_t5(opening: Opening) -> OpenedModel:
    """Open a T5 encoder; the decoder of a whole T5 is left unread."""
    prefix = next(prefix for prefix in _T5 if _t5_under(opening.layout, prefix))
    opening.leave(name for name in opening.file.shapes if name.startswith((prefix + "decoder.", prefix + "lm_head.")))
    return _opened(opening, t5_part(opening, prefix))


def open_multilingual(opening: Opening) -> OpenedModel:
    """Open Kandinsky 2.1's text encoder: XLM-RoBERTa and a projection into CLIP's space."""
    prefix = next(prefix for prefix in _MULTILINGUAL if prefix + MARKER in opening.file.shapes)
    names = under(opening.file.shapes, prefix)
    idle = [name for name in names if name.startswith("transformer.pooler.") or name.endswith("position_ids")]
    opening.leave(names.pop(name) for name in idle)
    weighted = opening.part(
        "text", names, lambda s: MultilingualClip(xlm_roberta_config_from_shapes(s)), title="text encoder"
    )
    return _opened(opening, OpenedText("xlm_r", weighted, tokenizer=opening.file.metadata.get("tokenizer.xlm_r")))


def _multilingual(layout: Layout) -> str | None:
    found = any(prefix + MARKER in layout.shapes for prefix in _MULTILINGUAL)
    return "a transformer with a projection named as Multilingual CLIP's" if found else None


def _t5_under(layout: Layout, prefix: str) -> bool:
    return prefix + "encoder.block.0.layer.0.SelfAttention.q.weight" in layout.shapes


def _clip(layout: Layout) -> str | None:
    for prefix in _TRANSFORMERS:
        if layout.clip_text(prefix) and not layout.has(prefix + "vision_model."):
            return f"a CLIP text encoder in the layout of transformers{f' under {prefix}' if prefix else ''}"
    return None


def _open_clip(layout: Layout) -> str | None:
    for prefix in _OPEN_CLIP:
        if layout.open_clip_text(prefix) and prefix + "ln_final.weight" in layout.shapes:
            return f"a CLIP text encoder in OpenCLIP's layout{f' under {prefix}' if prefix else ''}"
    return None


def _t5(layout: Layout) -> str | None:
    found = any(_t5_under(layout, prefix) for prefix in _T5)
    return "an encoder whose attention has T5's names" if found else None


TEXT_ENCODER_KINDS = (
    Kind("xlm_r", "multilingual CLIP text encoder", _multilingual, open_multilingual),
    Kind("t5", "T5 text encoder", _t5, open_t5),
    Kind("clip_text", "CLIP text encoder", _clip, open_clip),
    Kind("open_clip_text", "OpenCLIP text encoder", _open_clip, open_open_clip),
)
