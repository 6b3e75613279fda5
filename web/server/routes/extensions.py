"""Front ends of plug-ins: the list, and their files."""

import asyncio
from urllib.parse import quote

from aiohttp import web

from graph_engine.files.jail import PathRefused
from web.server.endpoint import Call, endpoint
from web.server.extensions import API, Extension
from web.server.refusals import Refusal, refuse
from web.server.schemas.extensions import ExtensionList, ExtensionModel

TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""What is served, by suffix. HTML is not: nothing of a pack opens as a page of this server."""
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@endpoint("GET", "/api/v1/extensions", response=ExtensionList)
async def list_extensions(call: Call[None, None]) -> ExtensionList:
    """List what plug-ins add to the page."""
    found = await asyncio.to_thread(lambda: list(call.services.extensions.found()))
    return ExtensionList(api=API, extensions=[_model(item) for item in found])


@endpoint("GET", r"/api/v1/extensions/{pack}/{path:.+}", kind="bytes", errors=(404,))
async def get_extension_file(call: Call[None, None]) -> web.StreamResponse:
    """A file of a plug-in's front end."""
    name = call.part("path")
    try:
        path = call.services.extensions.jail.resolve(call.part("pack"), name)
    except (PathRefused, ValueError):
        raise _unknown() from None
    media = TYPES.get(path.suffix.lower())
    if media is None:
        raise _unknown()
    headers = {"Content-Type": media, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    return web.FileResponse(path, headers=headers)


def _unknown() -> Refusal:
    return refuse(404, "file.unknown", "There is no such file.", "It may have been removed.")


def _model(item: Extension) -> ExtensionModel:
    return ExtensionModel(
        name=item.name,
        title=item.title,
        api=item.api,
        entry=_address(item.name, item.entry),
        style=None if item.style is None else _address(item.name, item.style),
        enabled=item.enabled,
        problem=item.problem,
    )


def _address(pack: str, file: str) -> str:
    return f"/api/v1/extensions/{quote(pack, safe='')}/{quote(file)}"
