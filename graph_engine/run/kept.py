"""What nodes keep from job to job, apart for each workflow."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Graph

_WORKFLOWS = 16

Kept = dict[tuple[str, str], dict[str, Any]]
"""By node id and type."""


class KeptObjects:
    """Objects by workflow, node id and type. A workflow's job drops what belongs to none of its nodes."""

    def __init__(self) -> None:
        self._workflows: OrderedDict[str, Kept] = OrderedDict()

    def begin_job(self, workflow: str, graph: Graph) -> Kept:
        """What the nodes of ``graph`` keep; the job adds to it. The workflows used least recently are forgotten."""
        held = self._workflows.pop(workflow, {})
        nodes = graph.nodes
        kept: Kept = {}
        for (node_id, type_id), objects in held.items():
            node = nodes.get(node_id)
            if objects and (node.type == type_id if node is not None else _made_by_one_of(node_id, graph)):
                kept[node_id, type_id] = objects
        self._workflows[workflow] = kept
        while len(self._workflows) > _WORKFLOWS:
            self._workflows.popitem(last=False)
        return kept

    def clear(self) -> None:
        """Forget everything."""
        self._workflows.clear()


def _made_by_one_of(node_id: str, graph: Graph) -> bool:
    """Whether this is the id of a node that one of the graph's may expand to."""
    parent, dot, _ = node_id.partition(".")
    while dot and parent not in graph.nodes:
        more, dot, _ = node_id[len(parent) + 1 :].partition(".")
        parent = f"{parent}.{more}"
    return bool(dot)


def workflow_of(metadata: Mapping[str, Any]) -> str:
    """The id of the workflow that a job came from, in our form or ComfyUI's; empty for one that states none."""
    for form in ("noiseloom", "workflow"):
        stated: Any = metadata.get(form)
        if isinstance(stated, Mapping) and isinstance(found := stated.get("id"), str) and found:  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            return found
    return ""
