"""The worker's side of plug-ins: packs found and loaded, their node types, and the server's questions about them."""

import logging
import threading
from collections.abc import Collection, Mapping
from typing import Any

from compat.comfyui.worker.checks import refusals
from compat.comfyui.worker.finder import ShimFinder
from compat.comfyui.worker.node_class import NodeClass
from compat.comfyui.worker.node_type import node_type
from compat.comfyui.worker.pack_loading import Offered, cause_of, load_pack, run_prestartup
from compat.comfyui.worker.packs import Pack, PackChoice, find_packs
from compat.comfyui.worker.shims.table import ShimPlace, answer_for_core_nodes, shim_table
from graph_engine.document.graph import GraphNode
from graph_engine.document.run_form import graph_from_json
from graph_engine.run.extension import ExtensionPlace
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.json import spec_to_json
from graph_engine.spec.registry import Registry

log = logging.getLogger("noiseloom.plugins")


def load(place: ExtensionPlace) -> "PluginHost":
    """Find, import and list the packs that ``place.settings`` name."""
    host = PluginHost(place)
    host.load_packs(find_packs(PackChoice.from_settings(place.settings)))
    return host


class PluginHost:
    """Implements :class:`graph_engine.run.extension.Extension`."""

    def __init__(self, place: ExtensionPlace) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._packs: list[Pack] = []
        self._classes: dict[str, tuple[Any, str, str]] = {}
        self._known: dict[str, NodeClass] = {}
        self._shims = ShimPlace(
            folders=place.folders, memory=place.memory, classes=self.classes, registry=lambda: self._built_in
        )
        self.finder = ShimFinder(shim_table(self._shims))

    def load_packs(self, packs: list[Pack]) -> None:
        """Import packs in order: later ones override earlier ones, and nobody the built-in nodes."""
        self._packs = packs
        wanted = [pack for pack in packs if pack.state == "found"]
        if wanted:
            self.finder.install()
        for pack in wanted:
            run_prestartup(pack)
        self._built_in = self._place.registry()
        self.registry = self._built_in
        if not wanted:
            return
        answer_for_core_nodes(self._shims)
        for pack in wanted:
            if pack.state == "found":
                self._take(pack, load_pack(pack))
        self.registry = Registry({**self._built_in.types, **self._read(self._classes)})
        for pack in wanted:
            pack.nodes = [name for name in pack.nodes if name in self._known]
            if pack.state == "loaded":
                log.info("Plug-in %s: %d nodes (%.2f s)", pack.name, len(pack.nodes), pack.seconds)

    def classes(self) -> dict[str, Any]:
        """The classes of all packs by node id."""
        return {name: cls for name, (cls, _, _) in self._classes.items()}

    def _take(self, pack: Pack, offered: Offered) -> None:
        for name, cls in offered.classes.items():
            if name in self._built_in.types:
                pack.notes.append(f"{name} is a built-in node and stays as it is.")
                continue
            self._classes[name] = (cls, offered.titles.get(name, name), pack.module)
            pack.nodes.append(name)

    def _read(self, type_ids: Collection[str]) -> dict[str, NodeType]:
        """The node types that these classes state now; those that cannot say are left out, with a note."""
        types: dict[str, NodeType] = {}
        for name in type_ids:
            cls, title, module = self._classes[name]
            try:
                found = NodeClass.read(name, cls)
                types[name] = node_type(found, title, module)
            except Exception as error:
                self._note(module, f"{name}: {cause_of(error)}")
                continue
            self._known[name] = found
        return types

    def _note(self, module: str, note: str) -> None:
        for pack in self._packs:
            if pack.module == module and note not in pack.notes:
                pack.notes.append(note)
                log.warning("Plug-in %s: %s", pack.name, note)

    def refresh(self, type_ids: Collection[str] | None) -> bool:
        """Ask these types what they state now."""
        with self._lock:
            wanted = [name for name in (self._known if type_ids is None else type_ids) if name in self._known]
            if not wanted:
                return False
            fresh = self._read(wanted)
            same = all(self.registry.types[name].spec == kind.spec for name, kind in fresh.items())
            if not same:
                self.registry = Registry({**self.registry.types, **fresh})
            return not same

    def answer(self, question: str, body: Mapping[str, Any]) -> Any:
        """``plugins``, ``types`` (their specs as they are now) and ``check`` (what nodes say of their inputs)."""
        match question:
            case "plugins":
                return [pack.to_json() for pack in self._packs]
            case "types":
                self.refresh(body.get("types"))
                names = self._known if body.get("types") is None else body["types"]
                return [spec_to_json(self.registry.types[name].spec) for name in names if name in self._known]
            case "check":
                graph, _ = graph_from_json(body["graph"])
                return [told for node in graph.nodes.values() for told in self._refusals(node, body)]
            case _:
                raise ValueError(f"Plug-ins know no answer to {question!r}.")

    def _refusals(self, node: GraphNode, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = self._known.get(node.type)
        if found is None or not hasattr(found.cls, "VALIDATE_INPUTS"):
            return []
        return [item.to_json() for item in refusals(found, node, body.get("types", {}).get(node.id, {}))]
