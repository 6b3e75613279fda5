"""What a node may return when its values alone do not say enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.graph import Graph


@dataclass(frozen=True)
class Blocked:
    """Stands for a value that will not come: whatever takes it is skipped, and passes it on.

    With a ``message`` the first node that would take it says so, as a problem; what follows is skipped in silence.
    """

    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class NodeResult:
    """A node's values together with what it shows.

    ``values`` holds one value an output. ``ui`` maps a kind to a list, most often
    ``{"images": [{"filename", "subfolder", "type"}]}``. A node with nothing to show returns its value (or a tuple of
    values) as it is.

    ``expand`` is a graph to run in the node's place; entries of ``values`` may then be ``Link``s to its nodes, and its
    output nodes run too. Ids must be new in the job and the same in every run: ``ctx.new_graph()`` makes such ones.
    """

    values: tuple[Any, ...] = ()
    ui: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    expand: Graph | None = None


@dataclass(frozen=True)
class Round:
    """What a node written as a generator yields: a graph to run now, and which of its values to send back.

    ``results = yield Round(graph, links)`` gives a tuple with one value for each of ``links``: a value, or a list where
    the output holds one. The generator's return value is the node's own result. Wires of a later round may lead to
    nodes of earlier ones. This is how loops are written: no node ever waits inside another.
    """

    graph: Graph
    links: tuple[Any, ...] = ()
