"""Read a workflow from a file: JSON in any form, or a picture that carries one."""

import io
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from compat.comfyui.canvas.reading import is_canvas
from graph_engine.document.workflow import is_workflow

JPEG_SIGNATURE = b"\xff\xd8\xff"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 256 * 1024 * 1024
MAX_TEXT = 16 * 1024 * 1024


class WorkflowFileError(ValueError):
    """A file that holds no workflow; the sentence says why and what to do."""


def read_workflow_file(path: Path) -> dict[str, Any]:
    """The workflow in ``path``: a document, run form or ComfyUI's canvas. Raises WorkflowFileError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WorkflowFileError(f"{path} is too large to be a workflow.")
        data = path.read_bytes()
    except OSError as error:
        raise WorkflowFileError(f"{path} cannot be read: {error.strerror}.") from error
    if data.startswith(PNG_SIGNATURE):
        texts = dict(png_texts(data))
        return _carried(texts, path)
    if data.startswith(JPEG_SIGNATURE) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return _carried(exif_texts(data), path)
    return _workflow(data.decode("utf-8", "replace"), str(path))


def _carried(texts: Mapping[str, str], path: Path) -> dict[str, Any]:
    for key in ("noiseloom", "prompt", "workflow"):
        if key in texts:
            return _workflow(texts[key], f"the picture {path}")
    raise WorkflowFileError(f"The picture {path} carries no workflow.")


def exif_texts(data: bytes) -> dict[str, str]:
    """Key and text of every ``key:{json}`` in the EXIF entries of a WebP or JPEG file."""
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP", "JPEG")) as picture:
            entries = list(picture.getexif().values())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return {}
    pairs = (entry.partition(":") for entry in entries if isinstance(entry, str))
    return {key.lower(): text for key, _, text in pairs if text.lstrip().startswith("{")}


def png_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Key and text of every text chunk of a PNG, up to the first damaged one."""
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        position += 12 + length
        key, separator, rest = body.partition(b"\0")
        if not separator:
            continue
        try:
            if kind == b"tEXt":
                yield key.decode("latin-1"), rest.decode("latin-1")
            elif kind == b"zTXt":
                yield key.decode("latin-1"), _inflate(rest[1:]).decode("latin-1")
            elif kind == b"iTXt":
                text = rest[2:].split(b"\0", 2)[2]
                yield key.decode("latin-1"), (_inflate(text) if rest[0] else text).decode("utf-8")
        except (zlib.error, IndexError, UnicodeDecodeError):
            return


def _inflate(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, MAX_TEXT)


def _workflow(text: str, where: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WorkflowFileError(f"{where} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise WorkflowFileError(f"{where} holds no workflow: it should be a JSON object.")
    stated: dict[str, Any] = value
    if is_workflow(stated):
        return stated
    if is_canvas(stated):
        return stated
    inner = stated.get("prompt")
    return inner if isinstance(inner, dict) else stated
