"""Handing out files of the data folder: the kind is read from the bytes, never from the name."""

import asyncio
from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from graph_engine.files.jail import Jail, PathRefused
from web.server.pictures import ROOTS
from web.server.refusals import refuse

FILE_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'"
CHUNK = 256 * 1024
INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4", "video/webm"})


async def send_file(request: web.Request, jail: Jail, root: str, name: str) -> web.StreamResponse:
    """The file ``name`` of ``root`` with headers that keep it from acting in the page."""
    path = find_file(jail, root, name)
    return await send_path(request, path)


def find_file(jail: Jail, root: str, name: str) -> Path:
    """The file behind the jail. Raises a refusal: outside and missing look the same."""
    try:
        if root not in ROOTS:
            raise KeyError(root)
        path = jail.resolve(root, name)
    except (PathRefused, KeyError, OSError, ValueError):
        raise refuse(404, "file.unknown", "There is no such file.", "It may have been removed.") from None
    if not path.is_file():
        raise refuse(404, "file.unknown", "There is no such file.", "It may have been removed.")
    return path


async def send_path(request: web.Request, path: Path) -> web.StreamResponse:
    """A file that the jail has passed."""
    try:
        media, size, modified = await asyncio.to_thread(_look, path)
    except OSError:
        raise refuse(404, "file.unknown", "There is no such file.", "It may have been removed.") from None
    headers = {
        **file_headers(media, path.name),
        "Last-Modified": formatdate(modified, usegmt=True),
        "Cache-Control": "private, no-cache",
        "ETag": f'"{int(modified * 1e6):x}-{size:x}"',
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    response = web.FileResponse(path, chunk_size=CHUNK, headers=headers)
    response.content_type = media
    return response


def file_headers(media: str, name: str) -> dict[str, str]:
    """Headers of everything that a person or a job brought: shown only if it is a picture or a film."""
    shown = "inline" if media in INLINE else "attachment"
    return {
        "Content-Type": media,
        "Content-Security-Policy": FILE_POLICY,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
    }


def media_type(start: bytes) -> str:
    """The kind of file by its first bytes; what we do not show is ``application/octet-stream``."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:8] == b"ftyp":
        return "video/mp4"
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    return "application/octet-stream"


def _look(path: Path) -> tuple[str, int, float]:
    with path.open("rb") as file:
        start = file.read(16)
    stat = path.stat()
    return media_type(start), stat.st_size, stat.st_mtime
