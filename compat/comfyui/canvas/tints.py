"""Our palette's colours as ComfyUI writes colours, and the way back."""

from compat.comfyui.canvas.parts import Json, as_text

TINTS = {
    "red": "#cc5a62",
    "orange": "#c9803f",
    "yellow": "#b9a03c",
    "green": "#4f9d63",
    "teal": "#3d9a9a",
    "blue": "#4a86c5",
    "purple": "#8a6ac4",
    "pink": "#c063a4",
}
"""A name of our palette follows the theme; there it is one colour, none of which its own palette has."""
_NAMES = {color: name for name, color in TINTS.items()}


def read_color(stated: str) -> str | None:
    """The colour of a node or group as our document has it."""
    return _NAMES.get(stated.lower(), stated) or None


def write_color(color: str) -> str:
    """A colour of our document as a canvas has it."""
    return TINTS.get(color, color)


def own_colors(color: str, kept: Json) -> dict[str, str]:
    """The colours of a node: both as they came, where nobody has changed the one that we show since."""
    body, head = as_text(kept.get("bgcolor")), as_text(kept.get("color"))
    if (read_color(body or head) or "") == color:
        return {key: value for key, value in (("bgcolor", body), ("color", head)) if value}
    return {"bgcolor": write_color(color)} if color else {}
