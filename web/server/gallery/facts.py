"""What made a picture, read from the graph that made it (run form), whatever nodes it is built of.

Widgets are found by their names, nearest to the picture first, so that plug-ins' samplers and loaders count too.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.server.gallery.record import PictureFacts

SEEDS = ("seed", "noise_seed")
MODELS = ("ckpt_name", "unet_name", "model_name", "checkpoint", "diffusion_model")
SAMPLERS = ("sampler_name", "sampler")
TEXTS = ("text", "text_g", "text_l", "prompt", "string", "value")
TEXT_LENGTH = 4000
PARAMETERS = 400
STEPS_LIMIT = 1_000_000

Graph = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Parameter:
    """One widget's value behind a picture. ``title`` is the node's, where it has one."""

    node: str
    type: str
    title: str
    name: str
    value: str | int | float | bool


def is_graph(value: Any) -> bool:
    """Whether parsed JSON is a graph in run form."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(node, Mapping)
            and isinstance(node.get("inputs"), Mapping)
            and isinstance(node.get("class_type"), str)
            for node in value.values()
        )
    )


def facts_of(graph: Graph, node: str = "") -> PictureFacts:
    """The facts of the picture that ``node`` showed; of the whole graph where that node is not in it."""
    order = list(_upstream(graph, node))
    prompt, negative = (_text(graph, order, name) for name in ("positive", "negative"))
    if not prompt:
        prompt = _text(graph, order, "conditioning") or _any_text(graph, order)
    steps, cfg = _first(graph, order, ("steps",)), _first(graph, order, ("cfg", "guidance", "guidance_scale"))
    return PictureFacts(
        prompt=prompt,
        negative=negative,
        model=_string(_first(graph, order, MODELS)),
        sampler=_string(_first(graph, order, SAMPLERS)),
        seed=_seed(_first(graph, order, SEEDS)),
        steps=steps if isinstance(steps, int) and 0 <= steps < STEPS_LIMIT else None,
        cfg=float(cfg) if isinstance(cfg, (int, float)) and abs(cfg) < STEPS_LIMIT else None,
    )


def parameters_of(graph: Graph, node: str = "") -> list[Parameter]:
    """Every widget's value upstream of ``node``, nearest first."""
    found: list[Parameter] = []
    for key in _upstream(graph, node):
        item = graph[key]
        meta = item.get("_meta")
        title = str(meta.get("title") or "") if isinstance(meta, Mapping) else ""
        for name, value in item["inputs"].items():
            if isinstance(value, (str, int, float, bool)):
                shown = value[:TEXT_LENGTH] if isinstance(value, str) else value
                found.append(Parameter(key, item["class_type"], title, str(name), shown))
    return found[:PARAMETERS]


def _upstream(graph: Graph, node: str) -> Iterator[str]:
    """Node ids from ``node`` towards the sources, nearest first; every node where ``node`` is unknown."""
    if node not in graph:
        used = {link[0] for item in graph.values() for link in _links(item)}
        ends = [key for key in graph if key not in used] or list(graph)
        waiting, seen = deque(ends), set(ends)
    else:
        waiting, seen = deque([node]), {node}
    while waiting:
        key = waiting.popleft()
        yield key
        for source, _ in _links(graph[key]):
            if source in graph and source not in seen:
                seen.add(source)
                waiting.append(source)


def _links(item: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for value in item["inputs"].values():
        if _is_link(value):
            yield value[0], value[1]


def _is_link(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int)


def _first(graph: Graph, order: Sequence[str], names: Sequence[str]) -> Any:
    """The nearest value of a widget with one of these names; a linked one is followed to its constant."""
    for key in order:
        for name in names:
            value = graph[key]["inputs"].get(name)
            if _is_link(value):
                value = _constant(graph, value[0])
            if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
                return value
    return None


def _constant(graph: Graph, key: str) -> Any:
    """The value of a node that only holds one, such as a number or a line of text."""
    inputs = graph[key]["inputs"] if key in graph else {}
    values = [
        value for value in inputs.values() if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    ]
    return values[0] if len(values) == 1 else inputs.get("value", inputs.get("sampler_name"))


def _text(graph: Graph, order: Sequence[str], name: str) -> str:
    """The text that steers the nearest input ``name``."""
    for key in order:
        value = graph[key]["inputs"].get(name)
        if isinstance(value, str) and value.strip():
            return value[:TEXT_LENGTH]
        if _is_link(value):
            return _any_text(graph, list(_upstream(graph, value[0]))) if value[0] in graph else ""
    return ""


def _any_text(graph: Graph, order: Sequence[str]) -> str:
    for key in order:
        inputs = graph[key]["inputs"]
        for name in TEXTS:
            value = inputs.get(name)
            if _is_link(value):
                value = _constant(graph, value[0])
            if isinstance(value, str) and value.strip() and not _looks_like_a_file(value):
                return value[:TEXT_LENGTH]
    return ""


def _looks_like_a_file(value: str) -> bool:
    return re.fullmatch(r"\S+\.(png|jpe?g|webp|safetensors|ckpt|pt|bin|gguf)", value, re.IGNORECASE) is not None


def _string(value: Any) -> str:
    return str(value)[:300] if isinstance(value, str) else ""


def _seed(value: Any) -> str:
    return str(value)[:40] if isinstance(value, (int, str)) else ""
