"""Why a node ran: what differs from the last job of the same workflow."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from graph_engine.document.graph import GraphNode, Link

_WORKFLOWS = 8
_MOST_NODES = 400_000
_MOST_TOLD = 8

Why = tuple[str, ...]
"""Each a word, or a word and a name: ``first`` (no earlier job had it) · ``type`` (another type in its place) ·
``input:NAME`` (its value or wire changed) · ``upstream:NAME`` (what comes in there changed) · ``outside`` (a file, the
time or the type's version changed) · ``evicted`` (nothing changed, but the result was not kept) · ``gone`` (a shown
file is missing) · ``never_cached`` · ``arranges`` (it is called in every job) · ``expanded`` (a node made it)."""

FIRST: Why = ("first",)
EXPANDED: Why = ("expanded",)


@dataclass(frozen=True)
class Trace:
    """A job's nodes and keys, as they were."""

    nodes: Mapping[str, GraphNode]
    keys: Mapping[str, bytes]

    def why(self, node: GraphNode, now: "Trace") -> Why:
        """Why ``node`` of the job ``now`` had no cached result, this being the job before it."""
        before = self.nodes.get(node.id)
        if before is None:
            return FIRST
        if before.type != node.type:
            return ("type",)
        key = now.keys.get(node.id)
        if key is not None and self.keys.get(node.id) == key:
            return ("evicted",)
        told: list[str] = []
        for name in {**before.inputs, **node.inputs}:
            was, is_now = before.inputs.get(name), node.inputs.get(name)
            if was != is_now or type(was) is not type(is_now):
                told.append(f"input:{name}")
            elif type(is_now) is Link:
                new = now.keys.get(is_now.source)
                if new is None or self.keys.get(is_now.source) != new:
                    told.append(f"upstream:{name}")
        if told:
            return tuple(told[:_MOST_TOLD])
        return ("outside",) if key is not None else ("never_cached",)


NO_TRACE = Trace({}, {})


class Traces:
    """The last job of each of the workflows used most recently."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, Trace] = OrderedDict()

    def before(self, workflow: str) -> Trace:
        """The last job of a workflow."""
        return self._traces.get(workflow, NO_TRACE)

    def remember(self, workflow: str, trace: Trace) -> None:
        """This is now the workflow's last job. Earlier nodes that it does not have stay known."""
        before = self._traces.pop(workflow, None)
        if before is not None and len(before.nodes) <= 2 * len(trace.nodes) + 1000:
            kept = {node_id for node_id in before.nodes if node_id not in trace.nodes}
            if kept:
                nodes = {node_id: before.nodes[node_id] for node_id in kept} | dict(trace.nodes)
                keys = {node_id: before.keys[node_id] for node_id in kept if node_id in before.keys} | dict(trace.keys)
                trace = Trace(nodes, keys)
        self._traces[workflow] = trace
        while len(self._traces) > _WORKFLOWS or (
            len(self._traces) > 1 and sum(len(item.nodes) for item in self._traces.values()) > _MOST_NODES
        ):
            self._traces.popitem(last=False)
