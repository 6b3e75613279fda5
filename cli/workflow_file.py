"""Read a workflow from a file: JSON as the page saves it, run form, or a PNG that carries one."""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graph_engine.document.workflow import is_workflow

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 256 * 1024 * 1024
MAX_TEXT = 16 * 1024 * 1024


class WorkflowFileError(ValueError):
    """A file that holds no workflow; the sentence says why and what to do."""


def read_workflow_file(path: Path) -> dict[str, Any]:
    """The workflow document or run form in ``path``. Raises WorkflowFileError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WorkflowFileError(f"{path} is too large to be a workflow.")
        data = path.read_bytes()
    except OSError as error:
        raise WorkflowFileError(f"{path} cannot be read: {error.strerror}.") from error
    if data.startswith(PNG_SIGNATURE):
        texts = dict(png_texts(data))
        for key in ("noiseloom", "prompt"):
            if key in texts:
                return _workflow(texts[key], f"the picture {path}")
        raise WorkflowFileError(f"The picture {path} carries no workflow.")
    return _workflow(data.decode("utf-8", "replace"), str(path))


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
    if isinstance(stated.get("nodes"), list):
        raise WorkflowFileError(
            f"{where} is a ComfyUI canvas, which cannot be read yet. In ComfyUI export it (API format) and run that."
        )
    inner = stated.get("prompt")
    return inner if isinstance(inner, dict) else stated
