"""``/users``, ``/settings`` and ``/userdata``: what ComfyUI's page keeps on the server for its one user."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from graph_engine.files.atomic import write_atomic
from graph_engine.files.jail import Jail, PathRefused
from web.server.body import read_bytes, read_json
from web.server.disk import require_room
from web.server.refusals import refuse
from web.server.sending import send_path
from web.server.services import SERVICES, Services

SETTINGS = "comfy.settings.json"
MOST_FILES = 10_000


async def get_users(request: web.Request) -> web.Response:
    """There is one user, and it is set up."""
    return web.json_response({"storage": "server", "migrated": True})


async def post_users(request: web.Request) -> web.Response:
    """No further users: who may come in is decided by the server's token, not by a name."""
    return web.json_response({"error": "This server keeps the settings of one user; it makes no others."}, status=400)


async def get_settings(request: web.Request) -> web.Response:
    """Every setting."""
    return web.json_response(await asyncio.to_thread(_settings, request.app[SERVICES]))


async def get_setting(request: web.Request) -> web.Response:
    """One setting; null when it was never made."""
    known = await asyncio.to_thread(_settings, request.app[SERVICES])
    return web.json_response(known.get(request.match_info["id"]))


async def post_settings(request: web.Request) -> web.Response:
    """Change several settings."""
    changes = await read_json(request, request.app[SERVICES].settings.limits)
    if not isinstance(changes, dict):
        raise refuse(400, "request.not_an_object", "The body must be a JSON object.")
    await _change(request, changes)
    return web.Response()


async def post_setting(request: web.Request) -> web.Response:
    """Change one setting."""
    value = await read_json(request, request.app[SERVICES].settings.limits)
    await _change(request, {request.match_info["id"]: value})
    return web.Response()


async def get_userdata(request: web.Request) -> web.Response:
    """The files below ``dir``: names, names in parts (``split``), or with their sizes (``full_info``)."""
    folder = request.query.get("dir", "")
    if not folder:
        raise refuse(400, "userdata.no_dir", "State 'dir'.")
    recurse, full, split = (_is_true(request, name) for name in ("recurse", "full_info", "split"))
    found = await asyncio.to_thread(_listed, _root(request), folder, recurse)
    if found is None:
        raise refuse(404, "userdata.unknown", "There is no such folder.")
    if full:
        return web.json_response([_info(path, name) for name, path in found])
    return web.json_response([[name, *name.split("/")] if split else name for name, _ in found])


async def get_userdata_v2(request: web.Request) -> web.Response:
    """The files and folders directly below ``path``."""
    root, folder = _root(request), request.query.get("path", "")
    found = await asyncio.to_thread(_entries, root, folder)
    if found is None:
        raise refuse(404, "userdata.unknown", "There is no such folder.")
    return web.json_response(found)


async def get_userdata_file(request: web.Request) -> web.StreamResponse:
    """A file's bytes."""
    return await send_path(request, _file(request, must_exist=True))


async def post_userdata_file(request: web.Request) -> web.Response:
    """Keep a file as a whole; 409 when it is there and ``overwrite=false``."""
    services = request.app[SERVICES]
    target = _file(request, must_exist=False)
    if request.query.get("overwrite") == "false" and target.exists():
        raise refuse(409, "userdata.exists", "There is a file of that name already.")
    data = await read_bytes(request, services.settings.limits.json_bytes, services.settings.limits)
    require_room(services.folders.data, services.settings.limits.disk_reserve + len(data))
    await asyncio.to_thread(_write, target, data)
    return _told(request, target)


async def delete_userdata_file(request: web.Request) -> web.Response:
    """Remove a file."""
    await asyncio.to_thread(_file(request, must_exist=True).unlink)
    return web.Response(status=204)


async def move_userdata_file(request: web.Request) -> web.Response:
    """Give a file another name; 409 when that is taken and ``overwrite`` is not true."""
    source, target = _file(request, must_exist=True), _file(request, "dest", must_exist=False)
    if target.exists() and not _is_true(request, "overwrite"):
        raise refuse(409, "userdata.exists", "There is a file of that name already.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    await asyncio.to_thread(source.replace, target)
    return _told(request, target)


def _root(request: web.Request) -> Path:
    root = request.app[SERVICES].folders.data / "user" / "default"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return root


def _file(request: web.Request, part: str = "file", *, must_exist: bool) -> Path:
    try:
        return Jail({"user": _root(request)}).resolve("user", request.match_info[part], must_exist=must_exist)
    except PathRefused as refused:
        if refused.missing:
            raise refuse(404, "file.unknown", "There is no such file.") from None
        raise refuse(400, "file.bad_name", "This file name cannot be used here.") from None


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomic(target, data)


def _told(request: web.Request, path: Path) -> web.Response:
    name = path.relative_to(_root(request).resolve()).as_posix()
    return web.json_response(_info(path, name) if _is_true(request, "full_info") else name)


def _folder(root: Path, name: str) -> Path | None:
    """A folder below the root, itself for an empty name. A probe name lets the jail judge the rest."""
    try:
        return Jail({"user": root}).resolve("user", f"{name}/x" if name else "x", must_exist=False).parent
    except PathRefused:
        return None


def _listed(root: Path, name: str, recurse: bool) -> list[tuple[str, Path]] | None:
    folder = _folder(root, name)
    if folder is None or not folder.is_dir():
        return None
    found = folder.rglob("*") if recurse else folder.glob("*")
    files = sorted(path for path in found if path.is_file() and not path.is_symlink())[:MOST_FILES]
    return [(path.relative_to(folder).as_posix(), path) for path in files]


def _entries(root: Path, name: str) -> list[dict[str, Any]] | None:
    folder = _folder(root, name)
    if folder is None or not folder.is_dir():
        return None
    result: list[dict[str, Any]] = []
    for path in sorted(folder.iterdir())[:MOST_FILES]:
        below = path.relative_to(root.resolve()).as_posix()
        entry: dict[str, Any] = {"name": path.name, "path": below, "type": "directory" if path.is_dir() else "file"}
        if path.is_file():
            entry |= {"size": path.stat().st_size, "modified": int(path.stat().st_mtime * 1000)}
        result.append(entry)
    return result


def _info(path: Path, name: str) -> dict[str, Any]:
    stat = path.stat()
    modified, created = int(stat.st_mtime * 1000), int(stat.st_ctime * 1000)
    return {"path": name, "size": stat.st_size, "modified": modified, "created": created}


def _settings(services: Services) -> dict[str, Any]:
    try:
        value = json.loads((services.folders.data / "user" / "default" / SETTINGS).read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


async def _change(request: web.Request, changes: dict[str, Any]) -> None:
    # Read, change and write without a pause in between, so that two changes at once both count.
    known = {**_settings(request.app[SERVICES]), **changes}
    write_atomic(_root(request) / SETTINGS, json.dumps(known, indent=1).encode())


def _is_true(request: web.Request, name: str) -> bool:
    return request.query.get(name, "").lower() in ("true", "1")
