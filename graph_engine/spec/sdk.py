"""The node author's one import: ``from graph_engine.spec.sdk import node, NodeContext, Socket, Ge, Le …``."""

from graph_engine.spec.annotations import (
    Choices,
    Ge,
    InputFile,
    Lazy,
    Le,
    ModelFile,
    Multiline,
    MultipleOf,
    Name,
    Outputs,
    Placeholder,
    Seed,
    Slider,
    Socket,
    Step,
    Tooltip,
)
from graph_engine.spec.context import Cancelled, NodeContext, Preview, ReservedFile
from graph_engine.spec.declaration import NodeType, node
from graph_engine.spec.registry import Registry
from graph_engine.spec.result import NodeResult

__all__ = [
    "Cancelled",
    "Choices",
    "Ge",
    "InputFile",
    "Lazy",
    "Le",
    "ModelFile",
    "Multiline",
    "MultipleOf",
    "Name",
    "NodeContext",
    "NodeResult",
    "NodeType",
    "Outputs",
    "Placeholder",
    "Preview",
    "Registry",
    "ReservedFile",
    "Seed",
    "Slider",
    "Socket",
    "Step",
    "Tooltip",
    "node",
]
