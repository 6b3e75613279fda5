"""Content keys: what a node's outputs depend on, hashed once for each node.

key = hash(type, version, and for each input by name: the value's fingerprint, or the slot and *key* of its source).
A source's key stands for everything above it (a Merkle tree), so the cost is linear in nodes and wires. In the words
of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018) these are constructive traces.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph_engine.cache.fingerprint import NoFingerprint, fingerprint
from graph_engine.document.graph import GraphNode, Link
from graph_engine.spec.context import NodeFiles
from graph_engine.spec.declaration import NodeType, Reads
from graph_engine.spec.node import FileWidget

FileState = Callable[[FileWidget, str], Any]
"""What to know of a file so that a change of it is noticed: usually (size, modification time in ns)."""


@dataclass(frozen=True)
class _Face:
    """What a node type contributes to every key of its nodes."""

    head: bytes
    names: Mapping[str, bytes]
    raw: frozenset[str]
    files: Mapping[str, FileWidget]


@dataclass(frozen=True)
class Expanded:
    """The node whose expansion is being keyed: its id, and its own key if it has one."""

    parent: str
    key: bytes | None


class KeyMaker:
    """Makes keys for graphs of one registry; remembers per type what does not change."""

    def __init__(self, types: Mapping[str, NodeType], file_state: FileState, files: NodeFiles) -> None:
        self._types = types
        self._files = files
        self._file_state = file_state
        self._faces: dict[str, _Face] = {}
        self._failed: dict[str, Exception] = {}

    def failed(self) -> dict[str, Exception]:
        """The nodes whose fingerprint could not be taken since this was last asked, and why."""
        failed, self._failed = self._failed, {}
        return failed

    def add_keys(
        self,
        nodes: Mapping[str, GraphNode],
        order: Iterable[str],
        keys: dict[str, bytes],
        expanded: Expanded | None = None,
    ) -> None:
        """Add the keys of the nodes in ``order`` (sources first) to ``keys``, which holds those of what they are wired
        to. A node that must always run, and all below it, has none.
        """
        for node_id in order:
            key = self._key(nodes[node_id], keys, expanded)
            if key is not None:
                keys[node_id] = key

    def _face(self, type_id: str) -> _Face:
        face = self._faces.get(type_id)
        if face is None:
            spec = self._types[type_id].spec
            files = {item.name: item.widget for item in spec.inputs if isinstance(item.widget, FileWidget)}
            head = fingerprint([type_id, spec.version, spec.source])
            names = {item.name: fingerprint(item.name) for item in spec.inputs}
            raw = frozenset(item.name for item in spec.inputs if item.raw_link)
            face = self._faces[type_id] = _Face(head, names, raw, files)
        return face

    def _key(self, node: GraphNode, keys: Mapping[str, bytes], expanded: Expanded | None) -> bytes | None:
        kind = self._types[node.type]
        if not kind.spec.cacheable:
            return None
        face = self._face(node.type)
        parts = [face.head]
        if kind.keyed_by_id:
            parts.append(b"#%b" % fingerprint(node.id))
        inputs = node.inputs
        try:
            for name in sorted(inputs):
                value = inputs[name]
                named = face.names.get(name) or fingerprint(name)
                if type(value) is Link:
                    source = keys.get(value.source)
                    if source is None:
                        return None
                    parts.append(b"%b@%d:%b" % (named, value.slot, source))
                    if name in face.raw:
                        parts.append(fingerprint(value.source))
                else:
                    parts.append(b"%b=%b" % (named, _constant(value, node.id, name, expanded)))
                    if name in face.files:
                        parts.append(fingerprint(self._file_state(face.files[name], value)))
            if kind.reads is not None:
                parts.append(fingerprint(self._files_read(kind.reads, node)))
            if kind.fingerprint is not None or kind.outside is not None:
                parts.append(fingerprint(self._outside_state(kind, node)))
        except NoFingerprint:
            return None
        return hashlib.blake2b(b"".join(parts), digest_size=20).digest()

    def _files_read(self, reads: Reads, node: GraphNode) -> Any:
        """What is to know of the further files that a node reads; None for those that are not there."""
        plain = {name: value for name, value in node.inputs.items() if not isinstance(value, Link)}
        read = reads(self._files, **plain)
        return [[folder, name, self._file_state(FileWidget(folder=folder), name)] for folder, name in read]

    def _outside_state(self, kind: NodeType, node: GraphNode) -> Any:
        plain = {name: value for name, value in node.inputs.items() if not isinstance(value, Link)}
        try:
            if kind.outside is not None:
                return kind.outside(node)
            assert kind.fingerprint is not None
            return kind.fingerprint(**plain)
        except Exception as error:
            # What the node reads cannot be told apart now; running it is safe.
            self._failed[node.id] = error
            raise NoFingerprint(str(error)) from error


def _constant(value: Any, node_id: str, name: str, expanded: Expanded | None) -> bytes:
    try:
        return fingerprint(value)
    except NoFingerprint:
        if expanded is None or expanded.key is None:
            raise
    # The expanding node's key stands for all that it made; the place tells one such object from another.
    return b"%b/%b" % (fingerprint(expanded.key), fingerprint([node_id.removeprefix(expanded.parent), name]))
