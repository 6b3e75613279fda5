"""Document or run form in, verdict out: what the server and the command line call before a job is made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph_engine.document.compile import compile_workflow
from graph_engine.document.graph import Graph
from graph_engine.document.run_form import graph_from_json
from graph_engine.plan.reach import downstream, reachable
from graph_engine.spec.node import Catalogue
from graph_engine.validate.limits import DEFAULT_LIMITS, Limits
from graph_engine.validate.problem import Problem
from graph_engine.validate.validate import Validation, validate
from graph_engine.validate.values import FileLookup


def check_workflow(
    document: Mapping[str, Any],
    catalogue: Catalogue,
    *,
    targets: Sequence[str] | None = None,
    files: FileLookup | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Validation:
    """Compile and validate a workflow document given as JSON."""
    graph, problems = compile_workflow(document, catalogue)
    return _check(graph, problems, catalogue, targets, files, limits)


def check_graph(
    value: Any,
    catalogue: Catalogue,
    *,
    targets: Sequence[str] | None = None,
    files: FileLookup | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Validation:
    """Read and validate a run form given as JSON."""
    graph, problems = graph_from_json(value, limits)
    return _check(graph, problems, catalogue, targets, files, limits)


def _check(
    graph: Graph,
    earlier: tuple[Problem, ...],
    catalogue: Catalogue,
    targets: Sequence[str] | None,
    files: FileLookup | None,
    limits: Limits,
) -> Validation:
    if not graph.nodes and any(item.node is None for item in earlier):
        return Validation(graph, earlier, (), ())
    found = validate(graph, catalogue, targets=targets, files=files, limits=limits)
    needed = reachable(graph, found.outputs)
    # As with validation, what no output needs may be unfinished.
    earlier = tuple(
        item for item in earlier if item.node is None or item.node in needed or item.node not in graph.nodes
    )
    if not earlier:
        return found
    said = {(item.node, item.socket) for item in earlier}
    fresh = tuple(
        item for item in found.problems if item.code != "input.missing" or (item.node, item.socket) not in said
    )
    # A problem without a node (a bad id, a wire to nowhere) concerns the whole, so nothing may run.
    whole = any(item.node is None and item.severity == "error" for item in earlier)
    bad = [item.node for item in earlier if item.node is not None and item.severity == "error"]
    spoilt = downstream(graph, needed, bad)
    runnable = () if whole else tuple(output for output in found.runnable if output not in spoilt)
    return replace(found, problems=(*earlier, *fresh), runnable=runnable)
