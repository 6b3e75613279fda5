"""What a node's calls returned, as values and things shown."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from types import GeneratorType
from typing import Any

from graph_engine.document.graph import Graph, Link
from graph_engine.plan.face import Face
from graph_engine.plan.listing import items_of, listed
from graph_engine.run.failure import wrong_result
from graph_engine.spec.result import Blocked, NodeResult, Round

Ui = Mapping[str, Sequence[Any]]
Rounds = Generator[Round, tuple[Any, ...], Any]

_NOTHING_SHOWN: Ui = {}


@dataclass(slots=True)
class Made:
    """One call's result. ``expand`` is to run before ``values`` are whole; ``rounds`` is a node that is a generator."""

    values: tuple[Any, ...]
    ui: Ui = field(default_factory=lambda: _NOTHING_SHOWN)
    expand: Graph | None = None
    rounds: Rounds | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Stands where a ``Link`` of an expansion stood: the items that came of it."""

    items: Sequence[Any]


def made_of(node_id: str, face: Face, result: Any) -> Made:
    """A return value taken apart. Raises ProblemError when it is not what the spec states."""
    kind = type(result)
    if kind is NodeResult:
        values = result.values
        if not values and face.is_output and face.outputs:
            values = (None,) * face.outputs
        expand = result.expand
        if expand is None and Link in map(type, values):
            expand = Graph({})  # a wire among the values stands for what comes of it, also without new nodes
        made = Made(values, result.ui, expand)
    elif kind is Blocked:
        return Made((result,) * face.outputs)
    elif kind is GeneratorType:
        return Made((), rounds=result)
    elif face.outputs == 1:
        return Made((result,))
    elif result is None and not face.outputs:
        return Made(())
    elif isinstance(result, tuple):
        made = Made(result)  # pyright: ignore[reportUnknownArgumentType]
    else:
        raise wrong_result(node_id, face.outputs, result)
    if len(made.values) != face.outputs:
        raise wrong_result(node_id, face.outputs, result)
    return made


def joined_values(node_id: str, face: Face, made: Sequence[Made]) -> tuple[Any, ...]:
    """The values of all calls, slot by slot: one of each call, or a list's items where the output is a list."""
    if len(made) == 1 and not face.has_list_outputs and Resolved not in map(type, made[0].values):
        return made[0].values
    joined: list[Any] = []
    for slot, is_list in enumerate(face.list_outputs):
        items: list[Any] = []
        for one in made:
            value = one.values[slot]
            if type(value) is Resolved:
                items.extend(value.items)
            elif is_list and type(value) is not Blocked:
                if not isinstance(value, (list, tuple)):
                    raise wrong_result(node_id, face.outputs, value)
                items.extend(value)  # pyright: ignore[reportUnknownArgumentType]
            else:
                items.append(value)
        joined.append(listed(items))
    return tuple(joined)


def joined_ui(shown: Sequence[Ui]) -> Ui:
    """What all calls show, one after another."""
    told = [ui for ui in shown if ui]
    if len(told) < 2:
        return told[0] if told else _NOTHING_SHOWN
    joined: dict[str, list[Any]] = {}
    for ui in told:
        for name, items in ui.items():
            joined.setdefault(name, []).extend(items)
    return joined


def links_in(made: Made) -> list[Link]:
    """The wires among a result's values."""
    return [value for value in made.values if type(value) is Link]


def resolved(made: Made, values: Sequence[Any]) -> Made:
    """The result with its wires replaced by what came of them, in order."""
    coming = iter(values)
    whole = tuple(Resolved(items_of(next(coming))) if type(value) is Link else value for value in made.values)
    return Made(whole, made.ui)
