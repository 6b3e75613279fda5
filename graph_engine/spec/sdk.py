"""The node author's one import: ``from graph_engine.spec.sdk import node, NodeContext, Socket, Ge, Le …``."""

from graph_engine.document.graph import Graph, GraphNode, Link
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
    RawLink,
    Seed,
    Slider,
    Socket,
    Step,
    Tooltip,
)
from graph_engine.spec.context import Cancelled, NodeContext, NodeFiles, Preview, ReservedFile
from graph_engine.spec.declaration import NodeType, node
from graph_engine.spec.registry import Registry
from graph_engine.spec.result import Blocked, NodeResult, Round
from graph_engine.spec.subgraph import SubGraph, SubNode

__all__ = [
    "Blocked",
    "Cancelled",
    "Choices",
    "Ge",
    "Graph",
    "GraphNode",
    "InputFile",
    "Lazy",
    "Le",
    "Link",
    "ModelFile",
    "Multiline",
    "MultipleOf",
    "Name",
    "NodeContext",
    "NodeFiles",
    "NodeResult",
    "NodeType",
    "Outputs",
    "Placeholder",
    "Preview",
    "RawLink",
    "Registry",
    "ReservedFile",
    "Round",
    "Seed",
    "Slider",
    "Socket",
    "Step",
    "SubGraph",
    "SubNode",
    "Tooltip",
    "node",
]
