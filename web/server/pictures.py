"""Pictures that jobs made: their rows, their addresses and their sizes."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from graph_engine.files.jail import Jail
from graph_engine.jobs.picture import Picture
from graph_engine.validate.problem import ProblemError

ROOTS = ("output", "input", "temp")


class PictureStore(Protocol):
    """Where pictures are remembered."""

    async def page(self, *, limit: int, before: int | None, words: Sequence[str] = ()) -> tuple[Picture, ...]:
        """Pictures, newest first; with ``words`` only those of jobs whose text holds them all."""
        ...


def file_url(root: str, subfolder: str, filename: str) -> str:
    """The address at which the server hands out a file of its folders."""
    parts = [part for part in subfolder.replace("\\", "/").split("/") if part]
    return "/api/v1/files/" + "/".join(quote(part, safe="") for part in (root, *parts, filename))


def with_urls(ui: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """What a node shows, each picture with its address."""
    result = {kind: list(items) for kind, items in ui.items()}
    if "images" in result:
        result["images"] = [_with_url(item) for item in result["images"]]
    return result


def _with_url(item: Any) -> Any:
    if not isinstance(item, Mapping) or not is_picture(item):
        return item
    return {**item, "url": file_url(item["type"], item.get("subfolder") or "", item["filename"])}


def is_picture(item: Any) -> bool:
    """Whether an entry of ``ui.images`` names a file that we can hand out."""
    return isinstance(item, Mapping) and isinstance(item.get("filename"), str) and item.get("type") in ROOTS


def measure(jail: Jail, root: str, subfolder: str, filename: str) -> tuple[int, int] | None:
    """Width and height of a picture in pixels, from its header; None when it cannot be read."""
    from PIL import Image

    try:
        with Image.open(jail.resolve(root, f"{subfolder}/{filename}" if subfolder else filename)) as picture:
            return picture.size
    except (OSError, ValueError, ProblemError, Image.DecompressionBombError):
        return None
