"""What nodes of plug-ins say of their own inputs, asked of the worker before a job is made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.document.run_form import graph_to_json
from graph_engine.plan.reach import downstream, reachable
from graph_engine.run.executor import Executor
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import Problem
from graph_engine.validate.validate import Validation


async def with_own_checks(found: Validation, catalogue: Catalogue, executor: Executor) -> Validation:
    """``found`` and what nodes that check their own inputs have against them. Without a worker nothing is asked."""
    needed = reachable(found.graph, found.outputs)
    asked = {name: found.graph.nodes[name] for name in needed if _checks(found.graph.nodes[name], catalogue)}
    bad = {item.node for item in found.errors}
    asked = {name: node for name, node in asked.items() if name not in bad}
    if not asked:
        return found
    body = {
        "graph": graph_to_json(Graph(asked)),
        "types": {name: _types(node, found.graph, catalogue) for name, node in asked.items()},
    }
    answer = await executor.ask("check", body)
    problems = tuple(Problem.from_json(item) for item in answer or ())
    if not problems:
        return found
    spoilt = downstream(found.graph, needed, [item.node for item in problems if item.node is not None])
    runnable = tuple(output for output in found.runnable if output not in spoilt)
    return replace(found, problems=(*found.problems, *problems), runnable=runnable)


def _checks(node: GraphNode, catalogue: Catalogue) -> bool:
    spec = catalogue.get(node.type)
    return spec is not None and spec.checks_inputs


def _types(node: GraphNode, graph: Graph, catalogue: Catalogue) -> Mapping[str, Any]:
    """The type that each wired input receives."""
    types: dict[str, str] = {}
    for name, value in node.inputs.items():
        source = graph.nodes.get(value.source) if isinstance(value, Link) else None
        spec = catalogue.get(source.type) if source is not None else None
        if spec is not None and isinstance(value, Link) and 0 <= value.slot < len(spec.outputs):
            types[name] = spec.outputs[value.slot].type
    return types
