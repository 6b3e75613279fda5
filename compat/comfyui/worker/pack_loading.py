"""Importing a pack. It is code that its user installed: it runs here, in the worker, with the worker's rights."""

import asyncio
import importlib.util
import inspect
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from compat.comfyui.worker.contract_v3.facade import facade_of
from compat.comfyui.worker.packs import Pack
from compat.comfyui.worker.socket_types import plain_text

log = logging.getLogger("noiseloom.plugins")

_LONGEST_DETAILS = 20_000


@dataclass
class Offered:
    """What a pack offers: classes and titles by node id."""

    classes: dict[str, Any] = field(default_factory=dict[str, Any])
    titles: dict[str, str] = field(default_factory=dict[str, str])


def run_prestartup(pack: Pack) -> None:
    """Run the pack's ``prestartup_script.py``, if it has one. A failure is the pack's failure."""
    script = pack.path / "prestartup_script.py"
    if script.is_file():
        _guarded(pack, "prestartup_script.py failed", lambda: _executed(f"{pack.module_name}.prestartup", script))


def load_pack(pack: Pack) -> Offered:
    """Import the pack and gather its node classes; what goes wrong is noted in the pack and stops nothing else."""
    offered = Offered()
    started = time.perf_counter()
    if _guarded(pack, "It could not be imported", lambda: _gather(pack, offered)):
        pack.state = "loaded"
    else:
        offered = Offered()
    pack.seconds = time.perf_counter() - started
    return offered


def _gather(pack: Pack, offered: Offered) -> None:
    entry = pack.path if pack.path.is_file() else pack.path / "__init__.py"
    if not entry.is_file():
        raise FileNotFoundError(f"{pack.path.name} has no __init__.py.")
    module = _executed(pack.module_name, entry, package=pack.path.is_dir())
    mappings: Any = getattr(module, "NODE_CLASS_MAPPINGS", None)
    titles: Any = getattr(module, "NODE_DISPLAY_NAME_MAPPINGS", None)
    if isinstance(mappings, Mapping):
        for name, cls in mappings.items():  # pyright: ignore[reportUnknownVariableType]
            offered.classes[plain_text(name)] = cls
        if isinstance(titles, Mapping):
            offered.titles = {plain_text(name): plain_text(title) for name, title in titles.items()}
    entrypoint = getattr(module, "comfy_entrypoint", None)
    if callable(entrypoint):
        for cls in asyncio.run(_extension_nodes(entrypoint)):
            facade = facade_of(cls)
            offered.classes[facade.SCHEMA.node_id] = facade
            offered.titles[facade.SCHEMA.node_id] = facade.SCHEMA.display_name or facade.SCHEMA.node_id
    elif not isinstance(mappings, Mapping):
        raise ImportError("It has neither NODE_CLASS_MAPPINGS nor comfy_entrypoint.")


async def _extension_nodes(entrypoint: Callable[[], Any]) -> list[Any]:
    extension = entrypoint()
    if inspect.isawaitable(extension):
        extension = await extension
    for step in (extension.on_load,):
        if inspect.isawaitable(waiting := step()):
            await waiting
    nodes = extension.get_node_list()
    return list(await nodes if inspect.isawaitable(nodes) else nodes)


def _executed(name: str, file: Path, *, package: bool = False) -> ModuleType:
    """Run a file as the module ``name``; relative imports work in a package."""
    places = [str(file.parent)] if package else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=places)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _guarded(pack: Pack, what: str, work: Callable[[], Any]) -> bool:
    try:
        work()
    except (Exception, SystemExit) as error:
        pack.state = "failed"
        pack.cause = f"{what}: {cause_of(error)}"
        pack.details = traceback.format_exc()[-_LONGEST_DETAILS:]
        log.warning("The plug-in %s cannot be used. %s", pack.name, pack.cause)
        log.debug("%s", pack.details)
        return False
    return True


def cause_of(error: BaseException) -> str:
    """An import's failure in a sentence."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"it needs the Python package {error.name}, which is not here. Install what the plug-in asks for."
    if isinstance(error, SyntaxError):
        return f"line {error.lineno} of {error.filename} is no Python that this version reads ({error.msg})."
    return f"{type(error).__name__}: {error}"
