"""Random graphs of every kind of node, run by the engine and by a few lines of plain recursion."""

from collections.abc import Generator, Mapping
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_engine.cache.policy import KEEP_CURRENT, KEEP_NOTHING, CachePolicy
from graph_engine.spec.sdk import Blocked, Lazy, NodeContext, NodeResult, Outputs, Registry, Round, Socket, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number

LazyNumber = Annotated[int, Socket("INT"), Lazy()]
BIG = 10_007


def wanted(known: Mapping[str, Any], ctx: NodeContext) -> list[str]:
    return ["b" if known["pick"] % 2 else "a"]


@node(id="Pick", title="Pick", category="test", needs=wanted)
def pick(pick: Number, a: LazyNumber, b: LazyNumber) -> int:
    return b if pick % 2 else a


@node(id="Few", title="Few", category="test")
def few(a: Number) -> list[int]:
    return [a + index for index in range(a % 4)]


@node(id="Sum", title="Sum", category="test", list_inputs=True)
def total(a: list[Number], b: list[Number]) -> int:
    return (sum(a) * 3 + sum(b)) % BIG


@node(id="Even", title="Even", category="test", lane="io")
def even(a: Number) -> Annotated[NodeResult, Outputs(Number)]:
    return NodeResult(values=(Blocked() if a % 2 else a,))


@node(id="Grow", title="Grow", category="test")
def grow(ctx: NodeContext, a: Number) -> Annotated[NodeResult, Outputs(Number)]:
    if a % 3 == 2:
        return NodeResult(values=(a + 1,))
    sub = ctx.new_graph()
    listed = sub.node("Few", a=a)
    return NodeResult(values=(sub.node("Add", a=listed.out(), b=1).out(),), expand=sub.graph())


@node(id="Rounds", title="Rounds", category="test")
def rounds(ctx: NodeContext, a: Number) -> Generator[Round, tuple[Any, ...], int]:
    value: Any = a
    found = a
    for _ in range(a % 3):
        sub = ctx.new_graph()
        step = sub.node("Add", a=value, b=7)
        (found,) = yield Round(sub.graph(), (step.out(),))
        value = step.out()
    return found


@node(id="Later", title="Later", category="test")
async def later(a: Number) -> int:
    return (a * 5) % BIG


@node(id="Odd", title="Odd", category="test")
def odd(a: Number) -> int:
    if a % 5 == 0:
        raise ValueError("Not this one.")
    return a


MINE = REGISTRY.joined(Registry.of([pick, few, total, even, grow, rounds, later, odd]))
BLOCKED = "blocked"
Items = list[Any]


class Failed(Exception):  # noqa: N818 - an answer
    pass


def plain(form: Form, node_id: str, slot: int, known: dict[str, Any]) -> Items:
    """The items at an output. Raises Failed."""
    if node_id not in known:
        known[node_id] = compute(form, node_id, known)
    return known[node_id][slot]


def compute(form: Form, node_id: str, known: dict[str, Any]) -> list[Items]:
    kind, inputs = form[node_id]
    lazy = ("a", "b") if kind == "Pick" else ()
    given: dict[str, Items] = {}
    for name, value in inputs.items():
        if name not in lazy:
            given[name] = plain(form, *value, known) if isinstance(value, list) else [value]
    for name in lazy:
        asked = any(item != BLOCKED and item % 2 == (name == "b") for item in given["pick"])
        given[name] = plain(form, *inputs[name], known) if asked else [None]
    if kind == "Sum":
        if BLOCKED in given["a"] or BLOCKED in given["b"]:
            return [[BLOCKED]]
        return [[total(given["a"], given["b"])]]
    count = 0 if any(not items for items in given.values()) else max(map(len, given.values()))
    slots: list[Items] = [[] for _ in MINE.types[kind].spec.outputs] if kind != "Show" else [[]]
    for index in range(count):
        row = {name: items[min(index, len(items) - 1)] for name, items in given.items()}
        made = [[BLOCKED]] * len(slots) if BLOCKED in row.values() else called(kind, row)
        for slot, items in zip(slots, made, strict=True):
            slot.extend(items)
    return slots


def called(kind: str, row: Mapping[str, Any]) -> list[Items]:
    a = row.get("a")
    match kind:
        case "Number":
            return [[row["value"]]]
        case "Add":
            return [[a + row["b"]]]
        case "Pair":
            return [[a], [a * 2]]
        case "Pick":
            return [[row["b"] if row["pick"] % 2 else a]]
        case "Few":
            return [few(a)]
        case "Even":
            return [[BLOCKED if a % 2 else a]]
        case "Grow":
            return [[a + 1]] if a % 3 == 2 else [[item + 1 for item in few(a)]]
        case "Rounds":
            return [[a + 7 * (a % 3)]]
        case "Later":
            return [[(a * 5) % BIG]]
        case "Odd":
            if a % 5 == 0:
                raise Failed
            return [[a]]
        case _:
            return [[str(row["value"])]]


@st.composite
def graphs(draw: st.DrawFn) -> Form:
    form: dict[str, tuple[str, dict[str, Any]]] = {"0": ("Number", {"value": draw(st.integers(0, 9))})}
    single = ["Few", "Even", "Grow", "Rounds", "Later", "Odd"]
    for index in range(1, draw(st.integers(2, 14))):
        link = st.integers(0, index - 1).map(lambda source: [str(source), 0])
        kind = draw(st.sampled_from(["Number", "Add", "Pair", "Pick", "Sum", *single]))
        inputs: dict[str, Any] = {}
        if kind == "Number":
            inputs["value"] = draw(st.integers(0, 9))
        else:
            inputs["a"] = draw(link)
        if kind == "Add":
            inputs["b"] = draw(st.integers(0, 9) | link)
        elif kind in ("Sum", "Pick"):
            inputs["b"] = draw(link)
        if kind == "Pick":
            inputs["pick"] = draw(link)
        form[str(index)] = (kind, inputs)
    inner = len(form)
    for index in range(draw(st.integers(1, 4))):
        form[f"s{index}"] = ("Show", {"value": [str(draw(st.integers(0, inner - 1))), 0]})
    return form


def expected(form: Form) -> tuple[dict[str, Any], bool]:
    shown: dict[str, Any] = {}
    failed = False
    for node_id, (kind, _) in form.items():
        if kind == "Show":
            try:
                items = [item for item in plain(form, node_id, 0, {}) if item != BLOCKED]
            except Failed:
                failed = True
            else:
                if items:
                    shown[node_id] = {"text": items}
    return shown, failed


@pytest.mark.parametrize("policy", [CachePolicy(budget_bytes=1 << 20), CachePolicy(most=3), KEEP_CURRENT, KEEP_NOTHING])
def test_every_kind_of_node_gives_what_plain_recursion_gives_also_from_the_cache(
    policy: CachePolicy, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("recursion")

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(forms=st.lists(graphs(), min_size=1, max_size=2))
    def check(forms: list[Form]) -> None:
        house = House(folder, MINE, policy)
        for form in [*forms, forms[0]]:
            outcome = house.run(form)
            shown, failed = expected(form)
            real = {name: ui for name, ui in house.shown.items() if name in form}
            assert real == shown, form
            assert outcome == ("failed" if failed else "succeeded"), form
            assert len(house.ran) == len(set(house.ran)), form

    check()
