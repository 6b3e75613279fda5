"""The run form of a graph: what validation, planning and evaluation read.

As JSON it is ComfyUI's API format: ``{"id": {"class_type": str, "inputs": {name: value | ["source id", slot]}}}``.
A list value that is not a link travels as ``{"__value__": [...]}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """A wire's upper end: output ``slot`` of node ``source``."""

    source: str
    slot: int


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node of a graph. ``inputs`` maps a name to a :class:`Link` or to a plain JSON value.

    ``display`` names the node to show in its stead, where an expansion says so. In an expansion an input may be any
    object.
    """

    id: str
    type: str
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    title: str = ""
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph in run form, nodes in the order they were stated."""

    nodes: Mapping[str, GraphNode]
