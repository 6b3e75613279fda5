"""``/experiment/models`` and ``/view_metadata``: the model files with their folders, and what their headers say."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from compat.comfyui.server.model_kinds import kind_named, kinds_of
from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from web.server.model_files import MODEL_FILES
from web.server.refusals import refuse
from web.server.services import SERVICES, Services

NO_MODELS = frozenset({"configs", "custom_nodes"})
LENGTH_BYTES = 8
HEADER_MOST = 32 << 20
"""A safetensors header longer than this is not read."""


async def get_model_kinds(request: web.Request) -> web.Response:
    """Every kind of model with its folders."""
    return web.json_response(await asyncio.to_thread(_kinds, request.app[SERVICES].folders))


async def get_models_with_details(request: web.Request) -> web.Response:
    """The files of one kind: size, times, and which of the kind's folders each lies in."""
    services, kind = request.app[SERVICES], request.match_info["folder"]
    return web.json_response(await asyncio.to_thread(_files, services, kind))


async def get_view_metadata(request: web.Request) -> web.Response:
    """What the header of a safetensors file states about it; 404 where there is no file, or nothing stated."""
    folders, kind = request.app[SERVICES].folders, request.match_info["folder"]
    name = request.query.get("filename", "")
    found = await asyncio.to_thread(_metadata, folders, kind, name) if name.endswith(".safetensors") else None
    if found is None:
        raise refuse(404, "models.no_metadata", "There is no such file, or it says nothing about itself.")
    return web.json_response(found)


def _kinds(folders: Folders) -> list[dict[str, Any]]:
    kinds = [kind for kind in kinds_of(folders) if kind not in NO_MODELS]
    return [{"name": kind, "folders": [str(path) for path in folders.model_folders(kind)]} for kind in kinds]


def _files(services: Services, name: str) -> list[dict[str, Any]]:
    folders = services.folders
    kind = kind_named(folders, name)
    if kind is None or kind in NO_MODELS:
        raise refuse(404, "models.unknown_kind", "There is no such model folder.")
    places = folders.model_folders(kind)
    found: list[dict[str, Any]] = []
    for file in folders.model_names(kind, MODEL_FILES):
        index = next((number for number, folder in enumerate(places) if (folder / file).is_file()), 0)
        try:
            stat = folders.model_path(kind, file).stat()
        except (PathRefused, OSError):
            continue
        times = {"modified": stat.st_mtime, "created": stat.st_ctime}
        found.append({"name": file, "pathIndex": index, **times, "size": stat.st_size})
    return found


def _metadata(folders: Folders, folder: str, name: str) -> dict[str, Any] | None:
    kind = kind_named(folders, folder)
    if kind is None:
        return None
    try:
        return _header(folders.model_path(kind, name)).get("__metadata__")
    except (PathRefused, OSError, ValueError, RecursionError):
        return None


def _header(path: Path) -> dict[str, Any]:
    """The header's JSON: 8 bytes of length, little end first, then the text. Raises ValueError."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        if length > HEADER_MOST:
            raise ValueError("the header is too long")
        value = json.loads(file.read(length))
    if not isinstance(value, dict):
        raise ValueError("the header is not an object")
    return value  # pyright: ignore[reportUnknownVariableType] - whatever a file states is JSON
