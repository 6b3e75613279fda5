"""What a file's metadata says that its shapes cannot: heads, prediction type, tokenizer, size, preview colours."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.record import Prediction

_PREDICTIONS: Mapping[str, Prediction] = {
    "epsilon": "eps",
    "eps": "eps",
    "v": "v",
    "v_prediction": "v",
    "sample": "x0",
    "flow_prediction": "flow",
}


def prediction_named(word: str) -> Prediction | None:
    """Return the prediction that a file or its author means by a word, or None."""
    return _PREDICTIONS.get(word.lower())


@dataclass(frozen=True)
class FileFacts:
    """Facts from safetensors metadata; None where the file says nothing and the family's convention holds.

    Attributes:
        prediction: what the network predicts (`modelspec.prediction_type`).
        resolution: width and height the model was trained at (`modelspec.resolution`, or `noiseloom.config` →
            `native_size` for a square).
        tokenizer: the tokenizer as JSON (`tokenizer.clip_l`).
        text_heads, text_activation: `noiseloom.config` → `text_encoder`.
        unet_heads, unet_head_width: `noiseloom.config` → `unet`.
        companions: `noiseloom.config` → `companions`: folder of models ("text_encoders") → names of the files there
            that hold what this one lacks.
        preview: `noiseloom.config` → `preview_rgb`: a row of red, green, blue per latent channel, then a bias row.
    """

    prediction: Prediction | None = None
    resolution: tuple[int, int] | None = None
    tokenizer: str | None = None
    text_heads: int | None = None
    text_activation: str | None = None
    unet_heads: int | None = None
    unet_head_width: int | None = None
    preview: tuple[tuple[float, float, float], ...] | None = None
    companions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def _preview(rows: Any) -> tuple[tuple[float, float, float], ...] | None:
    if rows is None:
        return None
    return tuple((float(red), float(green), float(blue)) for red, green, blue in rows)


def _optional_count(section: Mapping[str, Any], key: str) -> int | None:
    value = section.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{key} is {value!r}")
    return value


def _companions(said: Any) -> dict[str, tuple[str, ...]]:
    return {str(folder): tuple(str(name) for name in _listed(names)) for folder, names in said.items()}


def _listed(names: Any) -> list[Any]:
    if not isinstance(names, list):
        raise TypeError(f"companions are lists of names, and one is {names!r}")
    return cast("list[Any]", names)


def _resolution(text: str | None) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text or "")
    return (int(match[1]), int(match[2])) if match else None


def facts_from_metadata(metadata: Mapping[str, str], path: Path) -> FileFacts:
    """Read the facts out of a file's metadata.

    Raises:
        CheckpointError: `noiseloom.config` is there but cannot be read.
    """
    try:
        config = cast("dict[str, Any]", json.loads(metadata.get("noiseloom.config", "{}")))
        text, unet = config.get("text_encoder", {}), config.get("unet", {})
        activation, size = text.get("hidden_act"), _optional_count(config, "native_size")
        return FileFacts(
            prediction=prediction_named(metadata.get("modelspec.prediction_type", "")),
            resolution=_resolution(metadata.get("modelspec.resolution")) or ((size, size) if size else None),
            tokenizer=metadata.get("tokenizer.clip_l"),
            text_heads=_optional_count(text, "num_attention_heads"),
            text_activation=None if activation is None else str(activation),
            unet_heads=_optional_count(unet, "num_heads"),
            unet_head_width=_optional_count(unet, "head_width"),
            preview=_preview(config.get("preview_rgb")),
            companions=_companions(config.get("companions", {})),
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(
            f"The metadata 'noiseloom.config' of this file cannot be read ({error})",
            where=path,
            remedy="Ask its author, or save the file again without that entry.",
        ) from error
