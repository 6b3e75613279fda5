"""Building the graph that a node expands to."""

from dataclasses import dataclass, field
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link


@dataclass(frozen=True)
class SubNode:
    """A node of a graph under construction."""

    id: str

    def out(self, slot: int = 0) -> Link:
        """A wire from its output ``slot``."""
        return Link(self.id, slot)


@dataclass
class SubGraph:
    """Collects nodes under one prefix: ``<node>.<call>.<graph>.`` makes ids that are new and the same in every run."""

    prefix: str
    _nodes: dict[str, GraphNode] = field(default_factory=dict[str, GraphNode])

    def node(self, type_id: str, /, *, id: str | None = None, display: str | None = None, **inputs: Any) -> SubNode:
        """Add a node; an input is a ``Link`` or any value. ``id`` (by default a number) is unique within this graph.

        ``display`` names a node of the job to show in its stead. Raises ValueError for an id used twice.
        """
        full = f"{self.prefix}{len(self._nodes) + 1 if id is None else id}"
        if full in self._nodes:
            raise ValueError(f"The expansion has two nodes called {full}. Give one of them another id.")
        self._nodes[full] = GraphNode(full, type_id, inputs, display=display)
        return SubNode(full)

    def graph(self) -> Graph:
        """What was collected."""
        return Graph(dict(self._nodes))
