"""The forms that a workflow comes in, and the way from any of them to any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph_engine.document.compile import compile_workflow
from graph_engine.document.decompile import decompile
from graph_engine.document.reading import workflow_from_json
from graph_engine.document.run_form import graph_from_json, graph_to_json
from graph_engine.document.workflow import is_workflow
from graph_engine.document.writing import workflow_to_json
from graph_engine.spec.node import Catalogue
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError

Form = Literal["document", "graph", "canvas", "canvas-1.0"]
CanvasVersion = Literal["0.4", "1.0"]
Json = Mapping[str, Any]
Converted = tuple[Json, tuple[Problem, ...]]


@dataclass(frozen=True)
class CanvasForms:
    """ComfyUI's canvas form, handed in by the composition root: this server knows our own forms only.

    ``recognise`` answers which version a value is of, or None where it is no canvas.
    """

    recognise: Callable[[Any], CanvasVersion | None]
    read: Callable[[Json, Catalogue], Converted]
    write: Callable[[Json, Catalogue, CanvasVersion], Json]


@dataclass(frozen=True)
class WorkflowForms:
    """Converts workflows.

    ``document`` is ours, ``graph`` the run form, ``canvas`` ComfyUI's saved form 0.4, ``canvas-1.0`` the one after it.
    """

    canvas: CanvasForms

    def form_of(self, value: Any) -> Form:
        """Which form a JSON value has. Raises ProblemError when it has none."""
        if is_workflow(value):
            return "document"
        if (version := self.canvas.recognise(value)) is not None:
            return "canvas" if version == "0.4" else "canvas-1.0"
        if isinstance(value, Mapping) and any(isinstance(v, Mapping) and "class_type" in v for v in value.values()):  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]  # fmt: skip
            return "graph"
        raise ProblemError([problem("document.not_ours", reason="it is neither a document, a canvas nor a graph")])

    def convert(self, value: Json, to: Form, catalogue: Catalogue) -> Converted:
        """The workflow in another form, with what was found on the way. Raises ProblemError: no workflow at all."""
        form = self.form_of(value)
        if form == to:
            return value, ()
        if form == "graph":
            return self._from_graph(value, to, catalogue)
        notes: tuple[Problem, ...] = ()
        document = value
        if form in _VERSIONS:
            document, notes = self.canvas.read(value, catalogue)
        if to == "document":
            return document, notes
        if to in _VERSIONS:
            _, found = workflow_from_json(document)
            return self.canvas.write(document, catalogue, _VERSIONS[to]), (*notes, *found)
        graph, found = compile_workflow(document, catalogue)
        return graph_to_json(graph), (*notes, *found)

    def _from_graph(self, value: Json, to: Form, catalogue: Catalogue) -> Converted:
        graph, found = graph_from_json(value)
        document = workflow_to_json(decompile(graph, catalogue))
        return (self.canvas.write(document, catalogue, _VERSIONS[to]) if to in _VERSIONS else document), found


_VERSIONS: Mapping[Form, CanvasVersion] = {"canvas": "0.4", "canvas-1.0": "1.0"}
