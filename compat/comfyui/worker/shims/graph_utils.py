"""``comfy_execution.graph_utils`` and ``comfy_execution.graph``: building what a node expands to."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.worker.blocker import ExecutionBlocker, is_link
from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.shims.place import ShimPlace


class Node:
    """A node of a graph under construction."""

    def __init__(self, node_id: str, class_type: str, inputs: dict[str, Any]) -> None:
        self.id = node_id
        self.class_type = class_type
        self.inputs = inputs
        self.override_display_id: str | None = None

    def out(self, index: int) -> list[Any]:
        """A wire from its output ``index``."""
        return [self.id, index]

    def set_input(self, key: str, value: Any) -> None:
        """Set an input; None takes it away."""
        if value is None:
            self.inputs.pop(key, None)
        else:
            self.inputs[key] = value

    def get_input(self, key: str) -> Any:
        """An input, or None."""
        return self.inputs.get(key)

    def set_override_display_id(self, override_display_id: str) -> None:
        """The node to show in its stead."""
        self.override_display_id = override_display_id

    def serialize(self) -> dict[str, Any]:
        """In API form."""
        stated: dict[str, Any] = {"class_type": self.class_type, "inputs": self.inputs}
        if self.override_display_id is not None:
            stated["override_display_id"] = self.override_display_id
        return stated


class GraphBuilder:
    """Collects nodes under a prefix: ``<node>.<call>.<graph>.`` makes ids new and the same in every run."""

    def __init__(self, prefix: str | None = None) -> None:
        self.prefix = GraphBuilder.alloc_prefix() if prefix is None else prefix
        self.nodes: dict[str, Node] = {}
        self.id_gen = 1

    @classmethod
    def alloc_prefix(
        cls, root: str | None = None, call_index: int | None = None, graph_index: int | None = None
    ) -> str:
        """A prefix for the node that calls; its graphs are numbered. Each part may be given instead."""
        context = current_call()
        if context is None:
            made = ("", 0, 0)
        else:
            number = int(context.new_graph().prefix.rstrip(".").rpartition(".")[2])
            made = (context.node_id, context.call, number)
        parts = [made[index] if part is None else part for index, part in enumerate((root, call_index, graph_index))]
        return "".join(f"{part}." for part in parts)

    def node(self, class_type: str, id: str | int | None = None, **kwargs: Any) -> Node:
        """Add a node, or find the one that has this id already."""
        if id is None:
            id = str(self.id_gen)
            self.id_gen += 1
        full = f"{self.prefix}{id}"
        if full not in self.nodes:
            self.nodes[full] = Node(full, class_type, kwargs)
        return self.nodes[full]

    def lookup_node(self, id: str | int) -> Node | None:
        """The node with this id, or None."""
        return self.nodes.get(f"{self.prefix}{id}")

    def replace_node_output(self, node_id: str | int, index: int, new_value: Any) -> None:
        """Put ``new_value`` wherever output ``index`` of a node is wired to; None takes the input away."""
        full = f"{self.prefix}{node_id}"
        for node in self.nodes.values():
            for name, value in list(node.inputs.items()):
                if is_link(value) and value[0] == full and value[1] == index:
                    node.set_input(name, new_value)

    def remove_node(self, id: str | int) -> None:
        """Take a node out. Raises KeyError."""
        del self.nodes[f"{self.prefix}{id}"]

    def finalize(self) -> dict[str, Any]:
        """What was collected, in API form, as ``expand`` wants it."""
        return {node_id: node.serialize() for node_id, node in self.nodes.items()}


def add_graph_prefix(
    graph: Mapping[str, Any], outputs: tuple[Any, ...], prefix: str
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """A graph in API form and wires into it, with ``prefix`` before every id of the graph."""

    def moved(value: Any) -> Any:
        return [prefix + value[0], value[1]] if is_link(value) else value

    nodes = {
        prefix + node_id: {**node, "inputs": {name: moved(value) for name, value in node.get("inputs", {}).items()}}
        for node_id, node in graph.items()
    }
    return nodes, tuple(moved(value) for value in outputs)


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """``comfy_execution.graph_utils``."""
    return {
        "ExecutionBlocker": ExecutionBlocker,
        "GraphBuilder": GraphBuilder,
        "Node": Node,
        "add_graph_prefix": add_graph_prefix,
        "is_link": is_link,
    }


def graph_members(_place: ShimPlace) -> Mapping[str, Any]:
    """``comfy_execution.graph``."""
    return {"ExecutionBlocker": ExecutionBlocker, "is_link": is_link}
