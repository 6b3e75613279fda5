"""What a picture's file says: size, age, what it carries. Runs in a thread, never in the event loop."""

import base64
import io
import os
import stat
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph_engine.files.jail import Jail, PathRefused
from graph_engine.files.json_text import read_json
from web.server.gallery.facts import facts_of, is_graph
from web.server.gallery.record import NewPictureRecord, PictureFacts

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ROOT = "output"
TEXT_BYTES = 16 << 20
BLUR = (4, 4)
BLUR_PIXELS = 20_000_000
"""Beyond this a likeness costs more than it gives."""


def walk(jail: Jail, size: int) -> Iterator[list[tuple[str, int, float]]]:
    """Every picture of the output folder as (path, bytes, modified), ``size`` at a time. Hidden ones are left out."""
    base = jail.roots[ROOT]
    batch: list[tuple[str, int, float]] = []
    for folder, folders, files in os.walk(base):
        folders[:] = sorted(item for item in folders if not item.startswith("."))
        for file in files:
            if file.startswith(".") or not file.lower().endswith(SUFFIXES):
                continue
            full = Path(folder, file)
            if not _can_be_told(full):
                continue
            try:
                status = full.lstat()
            except OSError:
                continue
            if status.st_size == 0 or not stat.S_ISREG(status.st_mode):
                continue
            batch.append((full.relative_to(base).as_posix(), status.st_size, status.st_mtime))
            if len(batch) == size:
                yield batch
                batch = []
    if batch:
        yield batch


def _can_be_told(path: Path) -> bool:
    """Whether a name is text: on Linux it may be any bytes, and neither the database nor an answer holds such a one."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def read_record(
    jail: Jail,
    path: str,
    *,
    job_id: str = "",
    node: str = "",
    title: str = "",
    graph: Mapping[str, Any] | None = None,
    blur: bool = False,
) -> NewPictureRecord | None:
    """The picture at ``path`` below the output folder, None when it is not one (any more)."""
    from PIL import Image

    try:
        with jail.open_read(ROOT, path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            status = os.fstat(file.fileno())
            with Image.open(file, formats=FORMATS) as picture:
                width, height = picture.size
                if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):
                    width, height = height, width
                texts = _texts(picture)
                small = _blur(picture) if blur and width * height <= BLUR_PIXELS else ""
    except (PathRefused, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    found = graph if graph is not None and is_graph(graph) else _graph(texts.get("prompt", ""))
    return NewPictureRecord(
        path=path,
        size=status.st_size,
        modified=status.st_mtime,
        made=status.st_mtime,
        width=width,
        height=height,
        job_id=job_id,
        node=node,
        title=title,
        workflow=any(name in texts for name in ("noiseloom", "workflow", "prompt")),
        blur=small,
        facts=facts_of(found, node) if found is not None else PictureFacts(prompt=texts.get("parameters", "")[:4000]),
    )


def read_graph(jail: Jail, path: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The graph in run form and the workflow that a picture's file carries, None for what it does not."""
    from PIL import Image

    try:
        with jail.open_read(ROOT, path) as file, Image.open(file, formats=FORMATS) as picture:
            texts = _texts(picture)
    except (PathRefused, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, None
    return _graph(texts.get("prompt", "")), _object(texts.get("noiseloom", "")) or _object(texts.get("workflow", ""))


def _texts(picture: "PillowImage") -> dict[str, str]:
    return {
        str(name): value for name, value in picture.info.items() if isinstance(value, str) and len(value) <= TEXT_BYTES
    }


def _graph(text: str) -> dict[str, Any] | None:
    value = _object(text)
    return value if value is not None and is_graph(value) else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = read_json(text) if text else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _blur(picture: "PillowImage") -> str:
    """Sixteen colours that stand for the picture until it is there."""
    from PIL import Image

    try:
        tiny = picture.convert("RGB").resize(BLUR, Image.Resampling.BOX)
        buffer = io.BytesIO()
        tiny.save(buffer, "PNG", compress_level=9)
    except (OSError, ValueError, SyntaxError):
        return ""
    return base64.b64encode(buffer.getvalue()).decode()
