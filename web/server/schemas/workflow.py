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


class WorkflowDocument(OpenModel):
    """Our saved form, version 1."""

    noiseloom: Literal[1]
    id: str
    title: str
    nodes: list[WorkflowNode]
    wires: list[WorkflowWire]
    frames: list[WorkflowFrame] = []
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
