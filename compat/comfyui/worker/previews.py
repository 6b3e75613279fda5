"""A plug-in's preview, ``(format, Pillow picture, longest side)``, as one of ours."""

import io
from typing import Any

from graph_engine.spec.context import Preview

_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png"}
_QUALITY = 95


def preview_of(stated: Any) -> Preview | None:
    """The encoded preview; None where there is none or it cannot be read."""
    if not isinstance(stated, tuple) or len(stated) < 2 or stated[0] not in _MEDIA:  # pyright: ignore[reportUnknownArgumentType]
        return None
    kind, picture, *rest = stated  # pyright: ignore[reportUnknownVariableType]
    most: Any = rest[0] if rest else None
    if most:
        picture = picture.copy()
        picture.thumbnail((int(most), int(most)))
    if kind == "JPEG" and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    data = io.BytesIO()
    picture.save(data, format=kind, quality=_QUALITY)
    return Preview(_MEDIA[kind], data.getvalue())
