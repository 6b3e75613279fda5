"""Lazy inputs: asking a node, before its call, which of them it still needs."""

from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Link
from graph_engine.plan.agenda import State, Step
from graph_engine.plan.listing import block_in, items_of, rows
from graph_engine.run.under_way import UnderWay


def argument_rows(step: Step, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The arguments of each call that ``step`` makes for ``inputs``."""
    if step.face.list_inputs:
        return [{name: list(items_of(value)) for name, value in inputs.items()}]
    return rows(inputs)


def still_needed(job: UnderWay, step: Step) -> set[str]:
    """The lazy inputs that ``step`` asks for beyond those it asked for before. Raises what its question raises."""
    with job.lock:
        known = _known(job, step)
    if known is None:
        return set()
    needs = step.face.kind.needs
    assert needs is not None
    asked: set[str] = set()
    for index, row in enumerate(argument_rows(step, known)):
        if block_in(row.values()) is None:
            asked.update(needs(row, job.context(step, index)))
    inputs = step.node.inputs
    lazy = {name for name in asked if name in step.face.lazy and type(inputs.get(name)) is Link}
    return lazy - (step.asked or set())


def _known(job: UnderWay, step: Step) -> dict[str, Any] | None:
    """The inputs that are there; None when one has failed. The lock is held."""
    known: dict[str, Any] = {}
    face = step.face
    for name, value in step.node.inputs.items():
        if type(value) is not Link:
            known[name] = value
        elif name not in face.lazy or (step.asked and name in step.asked):
            source = job.agenda.step(value.source)
            if source.state is State.FAILED:
                return None
            known[name] = value if name in face.raw else source.values[value.slot]
    return known
