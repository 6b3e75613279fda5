"""The workflow document, for the OpenAPI document alone: the engine reads and judges real ones."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from web.server.schemas.base import OpenModel

SCHEMA_REFERENCE = "x-schema"
"""A key that :mod:`web.server.openapi` replaces by a reference to the component of that name."""


class WorkflowNode(OpenModel):
    """A node as a person placed it."""

    id: str
    type: str
    title: str = ""
    position: tuple[float, float]
    size: tuple[float, float] | None = None
    widgets: dict[str, Any] = {}
    mode: Literal["active", "muted", "bypassed"] = "active"
    collapsed: bool = False
    pinned: bool = False
    color: str | None = None


class WorkflowWire(OpenModel):
    """A wire from a named output to a named input, each ``[node id, socket name]``."""

    source: tuple[str, str] = Field(alias="from")
    target: tuple[str, str] = Field(alias="to")


class WorkflowFrame(OpenModel):
    """A titled frame behind nodes; ``bounds`` are x, y, width, height."""

    id: str
    title: str = ""
    note: str = ""
    bounds: tuple[float, float, float, float]
    color: str | None = None


class WorkflowView(OpenModel):
    """Where the person was looking."""

    x: float = 0
    y: float = 0
    zoom: float = 1


class NamedWireEnd(OpenModel):
    """One end of a wire that is joined by name: ``from`` sends an output, ``to`` receives into an input."""

    name: str
    source: tuple[str, str] | None = Field(default=None, alias="from")
    target: tuple[str, str] | None = Field(default=None, alias="to")


class SubgraphSocket(OpenModel):
    """An input or output of a sub-graph; wires hold on to the id, people see the name."""

    id: str
    name: str
    type: str


class PromotedWidget(OpenModel):
    """A widget of an inner node that every instance shows; instances keep their values by the id."""

    id: str
    name: str
    node: str
    widget: str


class WorkflowSubgraph(OpenModel):
    """A graph used as a node: a node of type ``subgraph:<id>`` is an instance of it.

    Inside, the node ``$inputs`` gives the inputs and ``$outputs`` takes the outputs, each by its id.
    """

    id: str
    title: str = ""
    inputs: list[SubgraphSocket] = []
    outputs: list[SubgraphSocket] = []
    widgets: list[PromotedWidget] = []
    nodes: list[WorkflowNode] = []
    wires: list[WorkflowWire] = []
    named: list[NamedWireEnd] = []
    frames: list[WorkflowFrame] = []


class FormItem(OpenModel):
    """A line of a form: a ``field`` (a widget of a node), an ``output`` (a node's pictures) or a ``section``.

    ``minimum`` and ``maximum`` narrow a widget's limits; a ``folded`` section is closed until it is opened.
    """

    kind: Literal["field", "output", "section"]
    node: str | None = None
    widget: str | None = None
    label: str = ""
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    title: str | None = None
    folded: bool = False


class WorkflowForm(OpenModel):
    """Some widgets and results of a workflow as a simple page."""

    items: list[FormItem] = []


class WorkflowDocument(OpenModel):
    """Our saved form. Version 1 is version 2 without sub-graphs, named wires and forms."""

    noiseloom: Literal[1, 2]
    id: str
    title: str
    nodes: list[WorkflowNode]
    wires: list[WorkflowWire]
    named: list[NamedWireEnd] = []
    subgraphs: list[WorkflowSubgraph] = []
    frames: list[WorkflowFrame] = []
    form: WorkflowForm | None = None
    view: WorkflowView = WorkflowView()
    extra: dict[str, Any] = {}


DocumentBody = Annotated[dict[str, Any], WithJsonSchema({SCHEMA_REFERENCE: "WorkflowDocument"})]
"""A workflow document, passed on as it is."""


class RunFormNode(OpenModel):
    """A node in run form."""

    class_type: str
    inputs: dict[str, Any]


RunFormBody = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "additionalProperties": {SCHEMA_REFERENCE: "RunFormNode"}}),
]
"""A graph in run form, passed on as it is."""
