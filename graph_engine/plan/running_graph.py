"""The graph of a job while it runs: what was submitted, and what nodes have expanded to."""

from collections.abc import Iterable

from graph_engine.document.graph import Graph, GraphNode, Link


class GrowingGraph:
    """Implements :class:`graph_engine.spec.context.RunningGraph`."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: dict[str, GraphNode] = dict(graph.nodes)
        self.parents: dict[str, str] = {}
        self._users: dict[str, dict[str, None]] | None = None

    def grow(self, nodes: Iterable[GraphNode], parent: str) -> None:
        """Add the nodes that ``parent`` expanded to."""
        for node in nodes:
            self.nodes[node.id] = node
            self.parents[node.id] = parent
            if self._users is not None:
                self._enter(self._users, node)

    def node(self, node_id: str) -> GraphNode | None:
        """The node called ``node_id``, or None."""
        return self.nodes.get(node_id)

    def users(self, node_id: str) -> tuple[str, ...]:
        """Ids of the nodes that take something from ``node_id``, each once."""
        if self._users is None:
            # Few jobs ask, so the index is made when the first does.
            self._users = {}
            for node in self.nodes.values():
                self._enter(self._users, node)
        return tuple(self._users.get(node_id, ()))

    def real_id(self, node_id: str) -> str:
        """The submitted node that ``node_id`` came from; itself if it was submitted."""
        while (parent := self.parents.get(node_id)) is not None:
            node_id = parent
        return node_id

    def parent_id(self, node_id: str) -> str | None:
        """The node whose expansion made ``node_id``; None if it was submitted."""
        return self.parents.get(node_id)

    def display_id(self, node_id: str) -> str:
        """The node to show in its stead: what the expansion names, else the submitted node it came from."""
        while (parent := self.parents.get(node_id)) is not None:
            named = self.nodes[node_id].display
            if named is not None:
                return named
            node_id = parent
        return node_id

    def graph(self) -> Graph:
        """All of it, as a graph."""
        return Graph(self.nodes)

    @staticmethod
    def _enter(users: dict[str, dict[str, None]], node: GraphNode) -> None:
        for value in node.inputs.values():
            if type(value) is Link:
                users.setdefault(value.source, {})[node.id] = None
