"""The palette: the shipped catalogue until the worker has reported its own, file choices looked up per request."""

import asyncio
import json
import logging
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Literal

from graph_engine.files.folders import Folders
from graph_engine.run.executor import Executor
from graph_engine.spec.json import catalogue_from_json, catalogue_revision, spec_from_json
from graph_engine.spec.node import Catalogue, FileWidget, NodeSpec
from web.server.events.hub import EventHub

log = logging.getLogger(__name__)

UNKNOWN_TYPE = "node.unknown_type"
SETTLE_SECONDS = 60.0
"""How long a job with node types that the shipped catalogue lacks waits for the worker to name its own."""


class NodeTypes:
    """Every known node type, and where the knowledge comes from."""

    def __init__(self, shipped: Path | None, folders: Folders, executor: Executor, hub: EventHub) -> None:
        self._shipped = shipped
        self._folders = folders
        self._executor = executor
        self._hub = hub
        self._catalogue: Catalogue | None = None
        self._revision = ""
        self._learned = asyncio.Event()
        self.source: Literal["shipped", "worker"] = "shipped"

    @property
    def catalogue(self) -> Catalogue:
        """Every known node type by id, file choices empty."""
        if self._catalogue is None:
            self._catalogue = _read(self._shipped)
            self._revision = catalogue_revision(self._catalogue)
        return self._catalogue

    @property
    def revision(self) -> str:
        """Differs whenever a node type does."""
        _ = self.catalogue  # reads the shipped one if nothing has been read yet
        return self._revision

    async def learn(self) -> None:
        """Wait for the worker's catalogue, take it, and tell when it differs."""
        live = await self._executor.catalogue()
        before, self._catalogue = self.revision, live
        self._revision = await asyncio.to_thread(catalogue_revision, live)
        self.source = "worker"
        self._learned.set()
        if self._revision != before:
            self._hub.publish("", {"type": "nodes.changed", "revision": self._revision})

    async def settled(self) -> bool:
        """Wait a while for the worker's first catalogue; True when it has come just now."""
        if self._learned.is_set():
            return False
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                await self._learned.wait()
        except TimeoutError:
            return False
        return True

    async def freshen(self, type_ids: Collection[str] | None = None) -> None:
        """Ask the worker what these types of plug-ins (None: all) state now: their lists of choices may change."""
        known = self.catalogue
        wanted = known if type_ids is None else [name for name in type_ids if name in known]
        asked = [name for name in wanted if known[name].source != "builtin"]
        if not asked:
            return
        answer = await self._executor.ask("types", {"types": None if type_ids is None else asked})
        if not answer:
            return
        fresh = {spec.id: spec for spec in map(spec_from_json, answer)}
        if any(known.get(name) != spec for name, spec in fresh.items()):
            self._catalogue = {**self.catalogue, **fresh}
            self._revision = await asyncio.to_thread(catalogue_revision, self._catalogue)
            self._hub.publish("", {"type": "nodes.changed", "revision": self._revision})

    async def filled(self) -> list[NodeSpec]:
        """Every node type with today's file choices."""
        await self.freshen()
        return await asyncio.to_thread(self._filled, list(self.catalogue.values()))

    async def filled_one(self, node_type: str) -> NodeSpec | None:
        """One node type with today's file choices."""
        await self.freshen([node_type])
        spec = self.catalogue.get(node_type)
        return None if spec is None else (await asyncio.to_thread(self._filled, [spec]))[0]

    def _filled(self, specs: list[NodeSpec]) -> list[NodeSpec]:
        listed: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
        result: list[NodeSpec] = []
        for spec in specs:
            if not any(isinstance(item.widget, FileWidget) for item in spec.inputs):
                result.append(spec)
                continue
            inputs = list(spec.inputs)
            for index, item in enumerate(inputs):
                if isinstance(item.widget, FileWidget):
                    key = (item.widget.root, item.widget.folder, item.widget.extensions)
                    if key not in listed:
                        listed[key] = tuple(self._folders.choices(item.widget))
                    inputs[index] = replace(item, widget=replace(item.widget, choices=listed[key]))
            result.append(replace(spec, inputs=tuple(inputs)))
        return result


def _read(path: Path | None) -> Catalogue:
    if path is None or not path.exists():
        return {}
    try:
        value = json.loads(path.read_bytes())
        return catalogue_from_json(value["nodes"] if isinstance(value, dict) else value)
    except (OSError, ValueError, KeyError, TypeError) as failure:
        log.warning("The shipped node catalogue %s cannot be read: %s", path.name, failure)
        return {}
