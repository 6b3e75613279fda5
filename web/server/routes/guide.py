"""The user guide, as the page shows it: the files of ``docs`` that a reader needs, and no others."""

import asyncio
from pathlib import Path

from aiohttp import web

from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse

PLACES = ("user-guide*.md", "guide/**/*.md", "images/*")
TYPES = {".md": "text/markdown", ".png": "image/png", ".webp": "image/webp"}


@endpoint("GET", "/api/v1/guide/{path:.+}", kind="bytes", errors=(404,))
async def get_guide_file(call: Call[None, None]) -> web.StreamResponse:
    """A page or a picture of the user guide, by its path in ``docs``."""
    name = call.part("path")
    found = await asyncio.to_thread(_files, call.services.settings.guide)
    path = found.get(name)
    if path is None:
        raise refuse(404, "guide.unknown", "There is no such page of the guide.", page=name[:200])
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix], "Cache-Control": "no-cache"})


def _files(folder: Path | None) -> dict[str, Path]:
    """What may be asked for, by path: names are looked up here, and never joined to a folder."""
    if folder is None:
        return {}
    every = (path for place in PLACES for path in folder.glob(place) if path.suffix in TYPES)
    return {path.relative_to(folder).as_posix(): path for path in every}
