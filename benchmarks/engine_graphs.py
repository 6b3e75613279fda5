"""Graphs of trivial nodes: chains, grids, fan-outs and diamonds of any size."""

import math
from collections.abc import Callable
from typing import Annotated, Any

from graph_engine.spec.sdk import NodeResult, Registry, Socket, node

Number = Annotated[int, Socket("INT")]
Form = dict[str, dict[str, Any]]


@node(id="Number", title="Number", category="benchmark")
def number(value: int = 1) -> int:
    return value


@node(id="Add", title="Add", category="benchmark")
def add(a: Number, b: Number | None = None) -> int:
    return (a + (b or 1)) % 1_000_003


@node(id="Show", title="Show", category="benchmark", is_output=True)
def show(value: Annotated[Any, Socket("*")]) -> NodeResult:
    return NodeResult(ui={"text": [str(value)]})


REGISTRY = Registry.of([number, add, show])


def registry() -> Registry:
    """The registry that a worker loads."""
    return REGISTRY


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def chain(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    form |= {str(index): _node("Add", a=[str(index - 1), 0]) for index in range(1, size - 1)}
    return form | {"end": _node("Show", value=[str(size - 2), 0])}


def grid(size: int) -> Form:
    side = math.isqrt(size)
    form: Form = {}
    for row in range(side):
        for column in range(side):
            name = f"{row}.{column}"
            if row == 0 and column == 0:
                form[name] = _node("Number", value=1)
            elif row == 0 or column == 0:
                form[name] = _node("Add", a=[f"{row}.{column - 1}" if row == 0 else f"{row - 1}.{column}", 0])
            else:
                form[name] = _node("Add", a=[f"{row - 1}.{column}", 0], b=[f"{row}.{column - 1}", 0])
    return form | {"end": _node("Show", value=[f"{side - 1}.{side - 1}", 0])}


def fan_out(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    return form | {str(index): _node("Show", value=["0", 0]) for index in range(1, size)}


def diamonds(size: int) -> Form:
    form = {"0": _node("Number", value=1)}
    tip = "0"
    for index in range(size // 3):
        left, right, tip_next = f"l{index}", f"r{index}", f"t{index}"
        form[left] = _node("Add", a=[tip, 0])
        form[right] = _node("Add", a=[tip, 0], b=["0", 0])
        form[tip_next] = _node("Add", a=[left, 0], b=[right, 0])
        tip = tip_next
    return form | {"end": _node("Show", value=[tip, 0])}


SHAPES: dict[str, Callable[[int], Form]] = {"chain": chain, "grid": grid, "fan-out": fan_out, "diamonds": diamonds}
