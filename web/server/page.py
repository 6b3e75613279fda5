"""The page: `web/dist` as it was built. Names with a hash never change, so browsers may keep them."""

import mimetypes
import re
from pathlib import Path

from aiohttp import web

from web.server.refusals import refuse
from web.server.services import SERVICES

HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Noiseloom</title></head>
<body><main><h1>Noiseloom</h1><p>The server runs, but the page has not been built: <code>web/dist</code> is missing.
Run <code>make web</code>, then reload.</p></main></body></html>
"""
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain",
    ".json": "application/json",
}


async def serve_page(request: web.Request) -> web.StreamResponse:
    """The page's entry."""
    folder = request.app[SERVICES].settings.page
    index = folder / "index.html" if folder else None
    if index is None or not index.is_file():
        return web.Response(text=MISSING, content_type="text/html", headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"}
    return web.FileResponse(index, headers=headers)


async def serve_asset(request: web.Request) -> web.StreamResponse:
    """A file of the built page. Only names that a build makes are looked up."""
    folder = request.app[SERVICES].settings.page
    path = _asset(folder, request.match_info["path"]) if folder else None
    if path is None:
        raise refuse(404, "http.404", "Not found.")
    kept = "public, max-age=31536000, immutable" if HASHED.search(path.name) else "no-cache"
    media = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return web.FileResponse(path, headers={"Cache-Control": kept, "Content-Type": media})


def _asset(folder: Path, name: str) -> Path | None:
    parts = name.split("/")
    if not all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}", part) for part in parts) or len(parts) > 4:
        return None
    path = folder.joinpath(*parts)
    real = path.resolve()
    return real if real.is_relative_to(folder.resolve()) and real.is_file() else None
