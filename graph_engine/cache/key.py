"""Content keys: what a node's outputs depend on, hashed once for each node.

key = hash(type, version, and for each input by name: the value's fingerprint, or the slot and *key* of its source).
A source's key stands for everything above it (a Merkle tree), so the cost is linear in nodes and wires. In the words
of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018) these are constructive traces.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_engine.cache.fingerprint import NoFingerprint, fingerprint
from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.node import FileWidget

FileState = Callable[[FileWidget, str], Any]
"""What to know of a file so that a change of it is noticed: usually (size, modification time in ns)."""


@dataclass(frozen=True)
class _Face:
    """What a node type contributes to every key of its nodes."""

    head: bytes
    files: Mapping[str, FileWidget]


class KeyMaker:
    """Makes keys for graphs of one registry; remembers per type what does not change."""

    def __init__(self, types: Mapping[str, NodeType], file_state: FileState) -> None:
        self._types = types
        self._file_state = file_state
        self._faces: dict[str, _Face] = {}

    def keys(self, graph: Graph, order: Sequence[str]) -> dict[str, bytes]:
        """Keys of the nodes in ``order`` (sources first). A node that must always run, and all below it, has none."""
        keys: dict[str, bytes] = {}
        for node_id in order:
            key = self._key(graph.nodes[node_id], keys)
            if key is not None:
                keys[node_id] = key
        return keys

    def _face(self, type_id: str) -> _Face:
        face = self._faces.get(type_id)
        if face is None:
            spec = self._types[type_id].spec
            files = {item.name: item.widget for item in spec.inputs if isinstance(item.widget, FileWidget)}
            head = fingerprint([type_id, spec.version, spec.source])
            face = self._faces[type_id] = _Face(head, files)
        return face

    def _key(self, node: GraphNode, keys: Mapping[str, bytes]) -> bytes | None:
        kind = self._types[node.type]
        if not kind.spec.cacheable:
            return None
        face = self._face(node.type)
        parts = [face.head]
        inputs = node.inputs
        try:
            for name in sorted(inputs):
                value = inputs[name]
                if isinstance(value, Link):
                    source = keys.get(value.source)
                    if source is None:
                        return None
                    parts.append(b"%b@%d:%b" % (fingerprint(name), value.slot, source))
                else:
                    parts.append(b"%b=%b" % (fingerprint(name), fingerprint(value)))
                    if name in face.files:
                        parts.append(fingerprint(self._file_state(face.files[name], value)))
            if kind.fingerprint is not None:
                parts.append(fingerprint(_outside_state(kind, inputs)))
        except NoFingerprint:
            return None
        return hashlib.blake2b(b"".join(parts), digest_size=20).digest()


def _outside_state(kind: NodeType, inputs: Mapping[str, Any]) -> Any:
    plain = {name: value for name, value in inputs.items() if not isinstance(value, Link)}
    assert kind.fingerprint is not None
    try:
        return kind.fingerprint(**plain)
    except Exception as error:
        # What the node reads cannot be told apart now; running it is safe, and it will say itself what is wrong.
        raise NoFingerprint(str(error)) from error
