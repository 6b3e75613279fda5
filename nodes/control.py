"""Choices, lists and loops.

A list on a wire runs what follows once for each item, so many "for each" workflows need nothing but a list. A loop is
for what carries something from round to round, or stops when it has enough: what lies between Loop start and Loop end
runs again and again. The first round is the nodes on the canvas; each further one is a copy of them that the end makes,
one after another, so that no round waits inside another.
"""

from collections.abc import Generator, Mapping
from typing import Annotated, Any

from graph_engine.spec.sdk import (
    Blocked,
    Ge,
    Graph,
    GraphNode,
    Lazy,
    Le,
    Link,
    Name,
    NodeContext,
    NodeResult,
    Outputs,
    RawLink,
    Round,
    Socket,
    SubGraph,
    node,
)

Anything = Annotated[Any, Socket("*")]
Loop = Annotated[Any, Socket("LOOP")]

MOST_ROUNDS = 100_000
_INDEX, _ITEM, _VALUE = 1, 2, 3


def _side(known: Mapping[str, Any], ctx: NodeContext) -> list[str]:
    return ["on_true" if known.get("on") else "on_false"]


@node(id="Switch", title="Switch", category="control", needs=_side, aliases=("if", "else", "condition", "gate"))
def switch(
    *,
    on: bool = True,
    on_true: Annotated[Any, Socket("*"), Lazy()] | None = None,
    on_false: Annotated[Any, Socket("*"), Lazy()] | None = None,
) -> Annotated[NodeResult, Outputs(Annotated[Any, Socket("*"), Name("value")])]:
    """Passes on one of two inputs; only that one is computed. With nothing there, what follows is skipped."""
    chosen = on_true if on else on_false
    return NodeResult(values=(Blocked() if chosen is None else chosen,))


@node(id="IntegerRange", title="Number list", category="control", aliases=("for each", "range", "count"))
def integer_range(
    *,
    start: Annotated[int, Ge(-(2**53)), Le(2**53)] = 0,
    count: Annotated[int, Ge(0), Le(MOST_ROUNDS)] = 4,
    step: Annotated[int, Ge(-(2**31)), Le(2**31)] = 1,
) -> list[int]:
    """Gives a list of numbers. What follows runs once for each."""
    return [start + step * index for index in range(count)]


@node(id="MakeList", title="Make list", category="control", list_inputs=True, aliases=("for each", "join lists"))
def make_list(
    *,
    a: list[Anything],
    b: list[Anything] | None = None,
    c: list[Anything] | None = None,
    d: list[Anything] | None = None,
) -> list[Annotated[Any, Socket("*"), Name("list")]]:
    """Puts things, or whole lists, into one list. What follows runs once for each."""
    return [item for items in (a, b, c, d) for item in items or () if item is not None]


@node(id="ListItem", title="List item", category="control", list_inputs=True, aliases=("pick", "index"))
def list_item(*, items: list[Anything], index: list[Annotated[int, Ge(-MOST_ROUNDS), Le(MOST_ROUNDS)]]) -> Anything:
    """Gives one item of a list, counted from 0; negative numbers count from the end. Past the end: skips the rest."""
    place = index[0] if index else 0
    return items[place] if -len(items) <= place < len(items) else Blocked()


@node(id="ListLength", title="List length", category="control", list_inputs=True, aliases=("count",))
def list_length(*, items: list[Anything]) -> int:
    """Counts the items of a list."""
    return len(items)


@node(id="LoopStart", title="Loop start", category="control", aliases=("for each", "while", "repeat", "accumulate"))
def loop_start(
    ctx: NodeContext,
    *,
    rounds: Annotated[int, Ge(1), Le(MOST_ROUNDS)] = 4,
    items: Annotated[Any, Socket("*"), RawLink()] | None = None,
    value: Annotated[Any, Socket("*"), RawLink()] | None = None,
) -> Annotated[
    NodeResult,
    Outputs(
        Annotated[Any, Socket("LOOP"), Name("loop")],
        Annotated[int, Name("index")],
        Annotated[Any, Socket("*"), Name("item")],
        Annotated[Any, Socket("*"), Name("value")],
    ),
]:
    """Begins a loop. It goes round as often as rounds says or, with a list at items, once for each of its items.

    Inside, index counts from 0, item is the item at hand, and value is what the round before handed to Loop end; in
    the first round, what is wired here.
    """
    sub = ctx.new_graph()
    item = sub.node("ListItem", items=items, index=0).out() if isinstance(items, Link) else None
    return NodeResult(values=(ctx.node_id, 0, item, value), expand=sub.graph())


@node(
    id="LoopEnd",
    title="Loop end",
    category="control",
    is_output=True,
    arranges=True,
    aliases=("for each", "while", "repeat", "accumulate"),
)
def loop_end(
    ctx: NodeContext,
    *,
    loop: Annotated[Any, Socket("LOOP"), RawLink(), Lazy()],
    value: Annotated[Any, Socket("*"), RawLink(), Lazy()] | None = None,
    collect: Annotated[Any, Socket("*"), RawLink(), Lazy()] | None = None,
    go_on: Annotated[bool, Socket("BOOLEAN"), RawLink(), Lazy()] | None = None,
) -> Generator[
    Round,
    tuple[Any, ...],
    Annotated[
        NodeResult,
        Outputs(
            Annotated[Any, Socket("*"), Name("value")],
            list[Annotated[Any, Socket("*"), Name("collected")]],
        ),
    ],
]:
    """Ends a loop: runs what lies between Loop start and here, round by round.

    value goes to the next round and, after the last, comes out here. What is wired to collect in each round comes out
    as a list. A false at go_on makes the round the last one. Saved pictures inside are saved in every round.
    """
    wires = {
        name: wire for name, wire in (("value", value), ("collect", collect), ("go_on", go_on)) if wire is not None
    }
    copier = _Copier(ctx, loop, wires)
    count = yield from copier.count()
    carried: Any = copier.start.inputs.get("value")
    collected: list[Any] = []
    for number in range(count):
        graph, here = copier.round(number, carried)
        got = yield from _values(graph, here)
        ctx.progress(number + 1, count)
        carried = here.get("value", carried)
        if "collect" in got and not isinstance(got["collect"], Blocked):
            found = got["collect"]
            collected += found if isinstance(found, list) else [found]  # pyright: ignore[reportUnknownArgumentType]
        if "go_on" in got and (isinstance(got["go_on"], Blocked) or not got["go_on"]):
            break
    return NodeResult(values=(carried, collected), expand=Graph({}))


def _values(graph: Graph, wanted: Mapping[str, Any]) -> Generator[Round, tuple[Any, ...], dict[str, Any]]:
    """Run ``graph`` and give the values of ``wanted``: links by what comes of them, anything else as it is."""
    links = {name: value for name, value in wanted.items() if isinstance(value, Link)}
    came = yield Round(graph, tuple(links.values()))
    return {**wanted, **dict(zip(links, came, strict=True))}


class _Copier:
    """Makes the rounds of one loop."""

    def __init__(self, ctx: NodeContext, loop: Any, wires: Mapping[str, Any]) -> None:
        start = ctx.running.node(loop.source) if isinstance(loop, Link) else None
        if start is None or start.type != "LoopStart":
            raise ValueError("The input loop is not wired to a Loop start. Wire the two ends of the loop together.")
        self._ctx = ctx
        self._wires = wires
        self.start: GraphNode = start
        self._body = self._nodes_between()

    def count(self) -> Generator[Round, tuple[Any, ...], int]:
        """How many rounds there are at most."""
        items, rounds = self.start.inputs.get("items"), self.start.inputs.get("rounds", 1)
        if isinstance(items, Link):
            sub = self._ctx.new_graph()
            length = sub.node("ListLength", items=items).out()
            return (yield from _values(sub.graph(), {"count": length}))["count"]
        count = (yield from _values(Graph({}), {"count": rounds}))["count"]
        return min(int(count[0] if isinstance(count, list) else count), MOST_ROUNDS)  # pyright: ignore[reportUnknownArgumentType]

    def round(self, number: int, carried: Any) -> tuple[Graph, dict[str, Any]]:
        """The nodes of a round, and what is wired to the loop's end in it. The first is the nodes as they are."""
        if number == 0:
            return Graph({}), dict(self._wires)
        sub = self._ctx.new_graph()
        items = self.start.inputs.get("items")
        item = sub.node("ListItem", id="item", items=items, index=number).out() if isinstance(items, Link) else None
        instead = {0: self.start.id, _INDEX: number, _ITEM: item, _VALUE: carried}

        def moved(value: Any) -> Any:
            if not isinstance(value, Link):
                return value
            if value.source == self.start.id:
                return instead[value.slot]
            return Link(f"{sub.prefix}{value.source}", value.slot) if value.source in self._body else value

        self._copy(sub, moved)
        return sub.graph(), {name: moved(wire) for name, wire in self._wires.items()}

    def _copy(self, sub: SubGraph, moved: Any) -> None:
        for node_id, original in self._body.items():
            inputs = {name: moved(value) for name, value in original.inputs.items()}
            real = self._ctx.running.real_id(node_id)
            sub.node(original.type, id=node_id, display=real, **inputs)

    def _nodes_between(self) -> dict[str, GraphNode]:
        """What hangs on the start and on no end of its: the loop's body, with everything that only shows or saves."""
        running = self._ctx.running
        ends = [
            user
            for user in running.users(self.start.id)
            if (found := running.node(user)) is not None
            and found.type == "LoopEnd"
            and found.inputs.get("loop") == Link(self.start.id, 0)
        ]
        behind = _downstream(running, ends)
        return {
            node_id: found
            for node_id in _downstream(running, [self.start.id], behind)
            if node_id != self.start.id and (found := running.node(node_id)) is not None
        }


def _downstream(running: Any, starts: list[str], without: Mapping[str, None] | None = None) -> dict[str, None]:
    found = dict.fromkeys(starts)
    waiting = list(starts)
    while waiting:
        for user in running.users(waiting.pop()):
            if user not in found and not (without and user in without):
                found[user] = None
                waiting.append(user)
    return found
