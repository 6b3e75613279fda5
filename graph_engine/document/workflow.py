"""The workflow document, version 2: what a person edits and saves.

Fields and node types that this version does not know are kept as they are, so that saving loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph_engine.document.form import Form

VERSION = 2

Mode = Literal["active", "muted", "bypassed"]
MODES: tuple[Mode, ...] = ("active", "muted", "bypassed")

SUBGRAPH = "subgraph:"
"""A node whose type is this and a definition's id is an instance of that sub-graph."""

ENTRY = "$inputs"
"""Inside a sub-graph, a wire from this node comes from outside; its output is the id of one of the inputs."""

EXIT = "$outputs"
"""Inside a sub-graph, a wire to this node goes outside; its input is the id of one of the outputs."""


@dataclass(frozen=True, kw_only=True)
class WorkflowNode:
    """A node on the canvas. ``rest`` holds its other fields (position, size, colour …) as they were read.

    An instance's sockets are called by the ids of its sub-graph's; its ``widgets`` are by the ids of promoted widgets
    and of inputs that no wire feeds.
    """

    id: str
    type: str
    title: str = ""
    widgets: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mode: Mode = "active"
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def subgraph(self) -> str | None:
        """The id of the sub-graph this is an instance of, or None."""
        return self.type.removeprefix(SUBGRAPH) if self.type.startswith(SUBGRAPH) else None


@dataclass(frozen=True, kw_only=True)
class Wire:
    """From the output called ``output`` of node ``source`` to the input called ``input`` of node ``target``."""

    source: str
    output: str
    target: str
    input: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class NamedSend:
    """The upper end of a named wire: an output that can be had by name, here and in the sub-graphs placed here."""

    name: str
    source: str
    output: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class NamedReceive:
    """A lower end of a named wire: an input that takes what is sent by that name."""

    name: str
    target: str
    input: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class SubgraphSocket:
    """An input or output of a sub-graph. The id is what wires hold on to; the name is what a person sees."""

    id: str
    name: str
    type: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class PromotedWidget:
    """A widget of an inner node, shown on every instance. ``id`` is stable: instances keep their values by it.

    Where the inner node is itself an instance, ``widget`` is the id of one of its promoted widgets.
    """

    id: str
    name: str
    node: str
    widget: str
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """Nodes and what joins them: a document's own, or a sub-graph's."""

    nodes: tuple[WorkflowNode, ...] = ()
    wires: tuple[Wire, ...] = ()
    sends: tuple[NamedSend, ...] = ()
    receives: tuple[NamedReceive, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Subgraph:
    """A graph that is used as a node, any number of times."""

    id: str
    title: str = ""
    inputs: tuple[SubgraphSocket, ...] = ()
    outputs: tuple[SubgraphSocket, ...] = ()
    widgets: tuple[PromotedWidget, ...] = ()
    canvas: Canvas = field(default_factory=Canvas)
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A whole document. ``rest`` holds its other fields (frames, reroutes, view, extra …) as they were read."""

    id: str = ""
    title: str = ""
    canvas: Canvas = field(default_factory=Canvas)
    subgraphs: tuple[Subgraph, ...] = ()
    form: Form | None = None
    rest: Mapping[str, Any] = field(default_factory=dict[str, Any])


def is_workflow(value: Any) -> bool:
    """Whether this JSON value claims to be one of our documents."""
    return isinstance(value, Mapping) and "noiseloom" in value
