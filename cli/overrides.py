"""``--set node.input=value``: change a workflow's values from the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_engine.spec.node import BooleanWidget, Catalogue, IntegerWidget, NodeSpec, NumberWidget

TRUE, FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class OverrideError(ValueError):
    """A ``--set`` that cannot be carried out; the sentence says why and what to write instead."""


@dataclass(frozen=True)
class Override:
    """A parsed ``--set``: the words before the dot, between dot and sign, and after."""

    node: str
    input: str
    value: str

    @staticmethod
    def parse(text: str) -> "Override":
        """Read ``node.input=value``; the node's name may hold dots itself. Raises OverrideError."""
        name, sign, value = text.partition("=")
        node, dot, socket = name.rpartition(".")
        if not (sign and dot and node.strip() and socket.strip()):
            raise OverrideError(f'--set {text!r}: write it as node.input=value, such as prompt.text="a red circle".')
        return Override(node.strip(), socket.strip(), value)


def apply_overrides(document: Mapping[str, Any], overrides: Sequence[Override], catalogue: Catalogue) -> dict[str, Any]:
    """A copy of a workflow document with the overridden widgets set (and wires into them removed).

    Raises OverrideError for an unknown or ambiguous node, an unknown input, and a value of the wrong kind.
    """
    nodes: list[dict[str, Any]] = [
        {**node, "widgets": dict(node.get("widgets", {}))} for node in document.get("nodes", ())
    ]
    wires = list(document.get("wires", ()))
    for override in overrides:
        found = find_node([(node["id"], node.get("title", "")) for node in nodes], override.node)
        node = next(item for item in nodes if item["id"] == found)
        node["widgets"][override.input] = typed_value(override, catalogue.get(node["type"]), node["type"])
        wires = [wire for wire in wires if list(wire["to"]) != [found, override.input]]
    return {**document, "nodes": nodes, "wires": wires}


def apply_overrides_to_prompt(
    prompt: Mapping[str, Any], overrides: Sequence[Override], catalogue: Catalogue
) -> dict[str, Any]:
    """The same for run form (``{"id": {"class_type", "inputs"}}``). Titles come from ``_meta.title``."""
    result = {key: {**node, "inputs": dict(node.get("inputs", {}))} for key, node in prompt.items()}
    names = [(key, (node.get("_meta") or {}).get("title", "")) for key, node in prompt.items()]
    for override in overrides:
        node = result[find_node(names, override.node)]
        kind = str(node.get("class_type", ""))
        node["inputs"][override.input] = typed_value(override, catalogue.get(kind), kind)
    return result


def find_node(names: Sequence[tuple[str, str]], wanted: str) -> str:
    """The id of the node with this id or, failing that, this title (letter case aside). Raises OverrideError."""
    if any(wanted == identifier for identifier, _ in names):
        return wanted
    titled = [identifier for identifier, title in names if title.casefold() == wanted.casefold()]
    if len(titled) == 1:
        return titled[0]
    if titled:
        raise OverrideError(f"--set {wanted}: {len(titled)} nodes have this title; use an id: {', '.join(titled)}.")
    known = ", ".join(f"{identifier} ({title})" if title else identifier for identifier, title in names)
    raise OverrideError(f"--set {wanted}: no node has this id or title. This workflow has: {known or 'no nodes'}.")


def typed_value(override: Override, spec: NodeSpec | None, kind: str) -> Any:
    """The value in the type of the input it goes to. Raises OverrideError."""
    where = f"--set {override.node}.{override.input}"
    if spec is None:
        raise OverrideError(f"{where}: the node's type {kind!r} is not known here.")
    item = spec.input(override.input)
    if item is None:
        inputs = ", ".join(each.name for each in spec.inputs if each.widget is not None)
        raise OverrideError(f"{where}: {spec.title} has no input of this name. It has: {inputs or 'none'}.")
    if item.widget is None:
        raise OverrideError(f"{where}: this input takes a wire ({item.type}), not a value.")
    text = override.value
    try:
        if isinstance(item.widget, IntegerWidget):
            return int(text, 0) if text.lower().startswith("0x") else int(text)
        if isinstance(item.widget, NumberWidget):
            return float(text)
    except ValueError:
        noun = "a whole number" if isinstance(item.widget, IntegerWidget) else "a number"
        raise OverrideError(f"{where}: {text!r} is not {noun}.") from None
    if isinstance(item.widget, BooleanWidget):
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise OverrideError(f"{where}: {text!r} is neither true nor false.")
    return text
