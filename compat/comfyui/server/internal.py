"""``/internal/logs`` and ``/internal/files``: what ComfyUI's page shows of the server itself."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from compat.comfyui.server.model_kinds import kinds_of
from web.server.logs import last_lines
from web.server.pictures import ROOTS
from web.server.refusals import refuse
from web.server.services import SERVICES

STAMP_LENGTH = len("2026-01-01 00:00:00,000")


async def get_logs(request: web.Request) -> web.Response:
    """The end of the log as one text."""
    return web.json_response("".join(entry["m"] for entry in await _entries(request)))


async def get_raw_logs(request: web.Request) -> web.Response:
    """The end of the log, line by line with its time."""
    return web.json_response({"entries": await _entries(request), "size": {"cols": 120, "rows": 50}})


async def patch_subscription(request: web.Request) -> web.Response:
    """Taken and not acted on: the log is asked for, not pushed."""
    return web.Response()


async def get_files(request: web.Request) -> web.Response:
    """Names of the files in a folder, newest first."""
    root = request.match_info["root"]
    if root not in ROOTS:
        raise refuse(400, "files.bad_root", "The folder is output, input or temp.")
    folder = request.app[SERVICES].folders.jail.roots[root]
    return web.json_response(await asyncio.to_thread(_names, folder))


async def get_folder_paths(request: web.Request) -> web.Response:
    """The folders of every kind of model."""
    folders = request.app[SERVICES].folders
    kinds = await asyncio.to_thread(kinds_of, folders)
    return web.json_response({kind: [str(path) for path in folders.model_folders(kind)] for kind in kinds})


async def _entries(request: web.Request) -> list[dict[str, Any]]:
    lines = await asyncio.to_thread(last_lines, request.app[SERVICES].folders.logs)
    return [{"t": line[:STAMP_LENGTH], "m": line + "\n"} for line in lines]


def _names(folder: Path) -> list[str]:
    files = [path for path in folder.iterdir() if path.is_file() and path.name[0] != "."] if folder.is_dir() else []
    return [path.name for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)]
