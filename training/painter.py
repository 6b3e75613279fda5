"""Paints prompts with a workflow, through the nodes that people run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image

import nodes.registry
from diffusion.image.pixels import to_pillow
from graph_engine import Engine
from graph_engine.document.compile import compile_workflow
from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.memory.torch_backend import device_memory
from training.starters import MODELS

WORKFLOWS = Path(__file__).resolve().parent.parent / "workflows"
_TEXTS, _SEEDS, _STEERED = ("text",), ("seed", "noise_seed"), "positive"
_SAVERS = ("SaveImage", "PreviewImage")


class WorkflowPainter:
    """A workflow with its models in memory, ready to paint other prompts.

    Attributes:
        graph: what runs; its prompt is the text upstream of the sockets called "positive".
        picture: the node whose picture is taken and which of its outputs, by default what the last node that shows a
            picture is wired to.
    """

    def __init__(
        self,
        workflow: Path,
        *,
        picture: str | None = None,
        values: Mapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Read a workflow; `values` changes widgets, by "node.widget".

        In `folder` lies `input/`, where pictures are loaded from; by default a temporary one.

        Raises:
            ValueError: the workflow does not compile, shows no picture or has no prompt, or a value names no widget.
        """
        registry = nodes.registry.build()
        graph, problems = compile_workflow(json.loads(workflow.read_text(encoding="utf-8")), registry.catalogue())
        if problems:
            raise ValueError(f"{workflow.name} does not compile: {problems[0].message}")
        self.graph = _with_values(graph, values or {})
        self.picture = _shown(self.graph) if picture is None else Link(picture, 0)
        self._prompts = set(_prompts(self.graph))
        if not self._prompts:
            raise ValueError(f"{workflow.name} has no prompt: nothing with a text leads to a socket called positive")
        self._engine = Engine(registry, folder=folder, models=[MODELS], memory=device_memory())

    def paint(self, prompt: str, seed: int) -> Image.Image:
        """Paint one picture.

        Raises:
            RuntimeError: the run failed; says why.
        """
        pixels = self.values(prompt, seed, self.picture)
        return to_pillow(pixels[0])

    def values(self, prompt: str, seed: int, link: Link) -> torch.Tensor:
        """Run for a prompt and return one output of a node: pictures [B, H, W, 3], an embedding …"""
        changed = {name: self._asked(node, prompt, seed) for name, node in self.graph.nodes.items()}
        alive = {name: changed[name] for name in _upstream(changed, link.source)}
        run = self._engine.run(Graph(alive), values_of=[link.source])
        if run.outcome != "succeeded":
            raise RuntimeError(run.problems[0].message if run.problems else f"the run {run.outcome}")
        return run.values[link.source][link.slot]

    def _asked(self, node: GraphNode, prompt: str, seed: int) -> GraphNode:
        inputs = dict(node.inputs)
        for name, value in inputs.items():
            if isinstance(value, Link):
                continue
            if name in _SEEDS:
                inputs[name] = seed
            elif name in _TEXTS and node.id in self._prompts:
                inputs[name] = prompt
        return replace(node, inputs=inputs)


def _with_values(graph: Graph, values: Mapping[str, Any]) -> Graph:
    changed = dict(graph.nodes)
    for place, value in values.items():
        name, _, widget = place.rpartition(".")
        if name not in changed or widget not in changed[name].inputs:
            raise ValueError(f"{place} is no widget of this workflow; its nodes are {', '.join(changed)}")
        changed[name] = replace(changed[name], inputs={**changed[name].inputs, widget: value})
    return Graph(changed)


def _upstream(graph: Mapping[str, GraphNode], start: str) -> list[str]:
    seen, waiting = [start], [start]
    while waiting:
        for value in graph[waiting.pop()].inputs.values():
            if isinstance(value, Link) and value.source not in seen:
                seen.append(value.source)
                waiting.append(value.source)
    return seen


def _shown(graph: Graph) -> Link:
    found = [value for node in graph.nodes.values() if node.type in _SAVERS for value in _links(node)]
    if not found:
        raise ValueError("This workflow shows no picture: it needs a node that saves or previews one")
    # The last stage of a cascade hangs on all the others.
    return max(found, key=lambda link: len(_upstream(graph.nodes, link.source)))


def _links(node: GraphNode) -> Iterator[Link]:
    return (value for value in node.inputs.values() if isinstance(value, Link))


def _prompts(graph: Graph) -> Sequence[str]:
    found: list[str] = []
    for node in graph.nodes.values():
        steering = node.inputs.get(_STEERED)
        if isinstance(steering, Link):
            above = (graph.nodes[name] for name in _upstream(graph.nodes, steering.source))
            found += [one.id for one in above if any(name in one.inputs for name in _TEXTS)]
    return found
