"""A batch: one graph run many times, with inputs that vary along axes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AxisInput:
    """One input that varies along an axis: ``values`` in order."""

    node: str
    input: str
    values: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Inputs that vary together (zipped): the first value of each, then the second, and so on."""

    title: str
    inputs: tuple[AxisInput, ...]

    @property
    def length(self) -> int:
        """How many steps the axis has."""
        return len(self.inputs[0].values)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        inputs = [{"node": item.node, "input": item.input, "values": list(item.values)} for item in self.inputs]
        return {"title": self.title, "inputs": inputs}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Axis":
        """The inverse of :meth:`to_json`."""
        inputs = tuple(
            AxisInput(node=item["node"], input=item["input"], values=tuple(item["values"])) for item in value["inputs"]
        )
        return Axis(title=value["title"], inputs=inputs)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch that is on disk. Jobs are the points of the product of its axes; the last axis varies fastest."""

    id: str
    number: int
    title: str
    created: float
    axes: tuple[Axis, ...]
    total: int


def size_of(axes: tuple[Axis, ...]) -> int:
    """How many points the axes span."""
    total = 1
    for axis in axes:
        total *= axis.length
    return total


def point(axes: tuple[Axis, ...], index: int) -> tuple[int, ...]:
    """The step on each axis of point ``index``."""
    steps: list[int] = []
    for axis in reversed(axes):
        index, step = divmod(index, axis.length)
        steps.append(step)
    return tuple(reversed(steps))


def values_at(axes: tuple[Axis, ...], steps: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The inputs at a point: (node, input, value) each."""
    return [
        (item.node, item.input, item.values[step])
        for axis, step in zip(axes, steps, strict=True)
        for item in axis.inputs
    ]
