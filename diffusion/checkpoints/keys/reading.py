"""How the key tables read sizes off the names and shapes of a file."""

import re
from collections.abc import Iterable, Mapping

Shapes = Mapping[str, tuple[int, ...]]
"""Key → shape, as a header tells them."""


class ShapeError(ValueError):
    """The keys or shapes do not describe a network of the family."""


def shape_of(shapes: Shapes, key: str, part: str) -> tuple[int, ...]:
    """Return the shape of a tensor that the part cannot be without.

    Raises:
        ShapeError: it is not there.
    """
    try:
        return tuple(shapes[key])
    except KeyError:
        raise ShapeError(f"{part}: the file has no tensor named {key!r}; it is another kind of network") from None


def count(names: Iterable[str], pattern: str) -> int:
    """Return 1 + the largest number that the pattern's group captures at the start of a name, or 0."""
    compiled = re.compile(pattern)
    return max((int(match.group(1)) for name in names if (match := compiled.match(name))), default=-1) + 1


def under(names: Iterable[str], prefix: str) -> dict[str, str]:
    """Return what is under a prefix: name without it → name in the file."""
    return {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}


def shapes_under(shapes: Shapes, prefix: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes under a prefix, without it."""
    return {ours: tuple(shapes[theirs]) for ours, theirs in under(shapes, prefix).items()}


def renamed(shapes: Shapes, names: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a part under our names, given our name → name in the file."""
    return {ours: tuple(shapes[theirs]) for ours, theirs in names.items()}


def heads_of(width: int, head_width: int, part: str) -> int:
    """Return the number of heads that a family's head width gives.

    Raises:
        ShapeError: the width is no multiple of it.
    """
    if width % head_width:
        raise ShapeError(f"{part}: a width of {width} does not split into heads of {head_width}")
    return width // head_width
