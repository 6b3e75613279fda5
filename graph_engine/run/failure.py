"""An exception from a node, as problems that a person can act on."""

import errno
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graph_engine.plan.listing import items_of
from graph_engine.spec.context import NodeContext
from graph_engine.spec.result import NodeResult
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError

_LONGEST_DETAILS = 20_000
_LONGEST_VALUE = 500
_MOST_ITEMS = 20
_DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def problems_of(error: BaseException, node_id: str | None) -> tuple[Problem, ...]:
    """What went wrong in ``node_id`` (None: in no node): the exception's own problems, or its sentence."""
    if isinstance(error, ProblemError):
        return tuple(item if item.node else replace(item, node=node_id) for item in error.problems)
    name = type(error).__name__
    sentence = str(error).strip()
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return (problem("file.disk_full", at=node_id, name=str(error.filename or "a file")),)
    if isinstance(error, MemoryError) or name == "OutOfMemoryError":
        return (problem("memory.exhausted", at=node_id, error=sentence or name),)
    if isinstance(error, KeyError):
        sentence = f"{name}: {sentence}"
    return (problem("node.raised", at=node_id, error=sentence or name, exception=name),)


def details_of(error: BaseException) -> str:
    """The traceback, for developers."""
    return "".join(traceback.format_exception(error))[-_LONGEST_DETAILS:]


def told_inputs(inputs: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What a node had been given, each input as a list of values short enough to tell."""
    stated = {name: items_of(value) for name, value in inputs.items() if not isinstance(value, NodeContext)}
    return {name: [_told(item) for item in items[:_MOST_ITEMS]] for name, items in stated.items()}


def _told(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    try:
        return str(value)[:_LONGEST_VALUE]
    except Exception:
        return f"a {type(value).__name__}"


def wrong_result(node_id: str, expected: int, result: object) -> ProblemError:
    """The error for a node whose return value is not what its spec states."""
    if isinstance(result, NodeResult):
        result = result.values
    received = f"{len(result)} values" if isinstance(result, tuple) else f"a {type(result).__name__}"  # pyright: ignore[reportUnknownArgumentType]
    return ProblemError([problem("node.wrong_result", at=node_id, expected=expected, received=received)])
