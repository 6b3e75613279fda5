"""``/system_stats``, ``/features``, ``/extensions`` and ``/object_info``."""

import platform
import sys

from aiohttp import web

from compat.comfyui.server.node_info import object_info
from compat.comfyui.server.socket import FEATURES
from web.server.services import SERVICES
from web.server.version import VERSION

DEVICE_KINDS = ("cuda", "mps", "xpu", "cpu")


async def get_system_stats(request: web.Request) -> web.Response:
    """The machine and its device, as ComfyUI's clients read it."""
    import psutil

    services = request.app[SERVICES]
    status = services.executor.status()
    memory = psutil.virtual_memory()
    total, free = status.device_memory_total, status.device_memory_free
    kind, _, index = (status.device or "cpu").partition(":")
    system = {
        "os": "nt" if sys.platform == "win32" else sys.platform,
        "ram_total": memory.total,
        "ram_free": memory.available,
        "comfyui_version": f"noiseloom {VERSION}",
        "required_frontend_version": None,
        "installed_templates_version": None,
        "required_templates_version": None,
        "python_version": sys.version,
        "pytorch_version": status.versions.get("torch", ""),
        "embedded_python": False,
        "argv": list(services.settings.arguments),
        "noiseloom": {"version": VERSION, "worker": status.state, "machine": platform.machine()},
    }
    device = {
        "name": status.versions.get("device") or status.device or "cpu",
        "type": kind if kind in DEVICE_KINDS else "cpu",
        "index": int(index) if index.isdigit() else None,
        "vram_total": total or memory.total,
        "vram_free": free or memory.available,
        "torch_vram_total": status.device_memory_held,
        "torch_vram_free": 0,
    }
    return web.json_response({"system": system, "devices": [device]})


async def get_features(request: web.Request) -> web.Response:
    """What this server can do beyond the basics."""
    return web.json_response({**FEATURES, "max_upload_size": request.app[SERVICES].settings.limits.upload_bytes})


async def get_extensions(request: web.Request) -> web.Response:
    """No pack brings scripts for the page."""
    return web.json_response([])


async def get_templates(request: web.Request) -> web.Response:
    """No pack brings ready workflows."""
    return web.json_response({})


async def get_words(request: web.Request) -> web.Response:
    """No pack brings translations."""
    return web.json_response({})


async def get_object_info(request: web.Request) -> web.Response:
    """Every node class."""
    return web.json_response({spec.id: object_info(spec) for spec in await request.app[SERVICES].node_types.filled()})


async def get_object_info_of(request: web.Request) -> web.Response:
    """One node class; an empty object when there is none."""
    spec = await request.app[SERVICES].node_types.filled_one(request.match_info["node_class"])
    return web.json_response({} if spec is None else {spec.id: object_info(spec)})
