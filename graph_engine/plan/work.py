"""How much work the nodes of a plan say they are, so that the bar of a run may tell the truth before they begin."""

from collections.abc import Iterable

from graph_engine.document.graph import Graph

STEPS = "steps"
"""The input by which samplers of every house are told how often to call their model."""
MOST = 10_000
"""More steps than this weigh no more: a share stays a number."""


def stated_work(graph: Graph, order: Iterable[str]) -> dict[str, int]:
    """Steps of the nodes of ``order`` that state them in a widget; any other node counts as one step."""
    found: dict[str, int] = {}
    for node_id in order:
        steps = graph.nodes[node_id].inputs.get(STEPS)
        if type(steps) is int and steps > 1:
            found[node_id] = min(steps, MOST)
    return found
