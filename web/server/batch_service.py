"""Batches: one graph, inputs that vary along axes, a job for every point; queued whole or not at all."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph_engine.files.folders import Folders
from graph_engine.jobs.batch import Axis, Batch, point, size_of, values_at
from graph_engine.jobs.job import NewJob
from graph_engine.validate.check import check_graph, check_workflow
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.validate import Validation
from web.server.disk import require_room
from web.server.job_service import JobService, Rejected, Wish, new_job
from web.server.node_types import NodeTypes
from web.server.settings import Limits

STEP = 20
"""How many points are checked in one go, so that other requests' threads get their turn."""


@dataclass(frozen=True, kw_only=True)
class BatchWish:
    """``base`` is run once for every point of the product of ``axes``; the last axis varies fastest."""

    base: Wish
    axes: tuple[Axis, ...]
    id: str | None = None


class BatchService:
    """Submit and cancel batches."""

    def __init__(self, jobs: JobService, node_types: NodeTypes, folders: Folders, limits: Limits) -> None:
        self._jobs = jobs
        self._node_types = node_types
        self._folders = folders
        self._limits = limits

    async def submit(self, wish: BatchWish) -> Batch:
        """Check every point and queue them all; when this returns they are on disk. A known id is that batch.

        Raises ProblemError, ``QueueFull``, ``StorageFull``.
        """
        if wish.id is not None and (known := await self._jobs.store.batch(wish.id)) is not None:
            return known
        self._judge(wish)
        # The base is judged first: it may have to wait for the worker to name its node types.
        values, first = _at(wish, 0)
        _require(first, await self._jobs.check(first), values)
        batch_id = wish.id or str(uuid.uuid4())
        new: list[NewJob] = []
        total = size_of(wish.axes)
        for start in range(0, total, STEP):
            new += await asyncio.to_thread(self._span, wish, batch_id, range(start, min(start + STEP, total)))
        require_room(self._folders.data, self._limits.disk_reserve)
        title = wish.base.title if wish.base.title is not None else new[0].title
        batch = Batch(id=batch_id, number=0, title=title, created=time.time(), axes=wish.axes, total=total)
        made, jobs = await self._jobs.store.add_batch(batch, new)
        for job in jobs:
            self._jobs.tell_queued(job)
        return made

    async def cancel(self, batch_id: str) -> int:
        """Stop what waits or runs of a batch; answers how many."""
        stopped = await self._jobs.cancel_waiting(batch_id=batch_id)
        running = self._jobs.running
        job = None if running is None else await self._jobs.store.get(running)
        if job is not None and job.batch_id == batch_id:
            await self._jobs.cancel(job.id)
            stopped += 1
        return stopped

    def _judge(self, wish: BatchWish) -> None:
        if not wish.axes or any(axis.length == 0 for axis in wish.axes):
            raise _refused("batch.empty", "A batch needs at least one axis with at least one value.")
        for number, axis in enumerate(wish.axes, start=1):
            if len({len(item.values) for item in axis.inputs}) != 1:
                raise _refused(
                    "batch.uneven",
                    f"The inputs of axis {number} have different numbers of values.",
                    "Inputs of one axis vary together: give each as many values as the others.",
                    axis=number,
                )
        total = size_of(wish.axes)
        if total > self._limits.batch_jobs:
            raise _refused(
                "batch.too_large",
                f"The batch has {total} points; {self._limits.batch_jobs} are the most.",
                "Split it.",
                total=total,
                limit=self._limits.batch_jobs,
            )
        size = _size(wish.base) * total
        if size > self._limits.batch_nodes:
            raise _refused(
                "batch.too_heavy",
                f"The batch's graphs have {size} nodes together; {self._limits.batch_nodes} are the most.",
                "Split it.",
                total=size,
                limit=self._limits.batch_nodes,
            )

    def _span(self, wish: BatchWish, batch_id: str, span: range) -> list[NewJob]:
        return [self._job(wish, batch_id, index) for index in span]

    def _job(self, wish: BatchWish, batch_id: str, index: int) -> NewJob:
        values, at = _at(wish, index)
        catalogue = self._node_types.catalogue
        if at.workflow is not None:
            found = check_workflow(at.workflow, catalogue, targets=at.targets, files=self._folders)
        else:
            found = check_graph(at.graph or {}, catalogue, targets=at.targets, files=self._folders)
        _require(at, found, values)
        return replace(new_job(at, found), batch_id=batch_id, batch_index=index)


def _require(at: Wish, found: Validation, values: list[tuple[str, str, Any]]) -> None:
    """Raise ProblemError, naming the point, unless what was found lets it run."""
    if not found.runnable or not at.accept(found):
        raise ProblemError([_of_point(item, values) for item in Rejected(found).problems])


def _at(wish: BatchWish, index: int) -> tuple[list[tuple[str, str, Any]], Wish]:
    """The values at a point, and the base with them filled in."""
    values = values_at(wish.axes, point(wish.axes, index))
    base = wish.base
    if base.workflow is not None:
        return values, replace(base, workflow=_with_widgets(base.workflow, values), id=None)
    return values, replace(base, graph=_with_inputs(base.graph or {}, values), id=None)


def _with_inputs(graph: Mapping[str, Any], values: list[tuple[str, str, Any]]) -> dict[str, Any]:
    filled = dict(graph)
    for node, name, value in values:
        known = filled.get(node)
        if not isinstance(known, Mapping) or not isinstance(known.get("inputs"), Mapping):
            raise _unknown_node(node)
        if isinstance(known["inputs"].get(name), list):
            raise _wired(node, name)
        filled[node] = {**known, "inputs": {**known["inputs"], name: value}}
    return filled


def _with_widgets(document: Mapping[str, Any], values: list[tuple[str, str, Any]]) -> dict[str, Any]:
    nodes: list[Any] = list(document["nodes"]) if isinstance(document.get("nodes"), list) else []
    places = {item.get("id"): index for index, item in enumerate(nodes) if isinstance(item, Mapping)}
    wires = document.get("wires")
    wired = {tuple(item["to"]) for item in wires if _is_wire(item)} if isinstance(wires, list) else set[Any]()
    for node, name, value in values:
        if node not in places:
            raise _unknown_node(node)
        if (node, name) in wired:
            raise _wired(node, name)
        known = nodes[places[node]]
        widgets = known.get("widgets")
        nodes[places[node]] = {**known, "widgets": {**(widgets if isinstance(widgets, Mapping) else {}), name: value}}
    return {**document, "nodes": nodes}


def _is_wire(item: Any) -> bool:
    end = item.get("to") if isinstance(item, Mapping) else None
    return isinstance(end, list) and len(end) == 2 and all(isinstance(part, str) for part in end)


def _size(base: Wish) -> int:
    if base.workflow is not None:
        nodes = base.workflow.get("nodes")
        return len(nodes) if isinstance(nodes, list) else 0
    return len(base.graph or {})


def _of_point(problem: Problem, values: list[tuple[str, str, Any]]) -> Problem:
    shown = ", ".join(f"{node}.{name} = {str(value)[:60]}" for node, name, value in values)
    return replace(problem, params={**problem.params, "point": shown}, message=f"{problem.message} (With {shown}.)")


def _unknown_node(node: str) -> ProblemError:
    words = f"The batch varies an input of node '{node}', which the graph lacks."
    return _refused("batch.unknown_node", words, node=node)


def _wired(node: str, name: str) -> ProblemError:
    words = f"The batch varies '{name}' of node '{node}', which has a wire."
    return _refused("batch.wired", words, "Remove the wire first.", node=node, name=name)


def _refused(code: str, message: str, remedy: str = "", **params: Any) -> ProblemError:
    return ProblemError([Problem(code=code, message=message, remedy=remedy, params=params)])
