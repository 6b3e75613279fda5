"""A small set of torch-free nodes that tests evaluate for real."""

from typing import Annotated, Any

from graph_engine.spec.sdk import (
    Choices,
    Ge,
    Le,
    ModelFile,
    Name,
    NodeContext,
    NodeResult,
    Registry,
    Seed,
    Socket,
    node,
)

Thing = Annotated[Any, Socket("THING")]
Number = Annotated[int, Socket("INT")]


@node(id="Number", title="Number", category="test")
def number(value: Annotated[int, Ge(0), Le(1000)] = 1) -> int:
    return value


@node(id="Add", title="Add", category="test")
def add(a: Number, b: Annotated[int, Ge(-10), Le(1000)] = 1) -> int:
    return a + b


@node(id="Join", title="Join", category="test")
def join(a: Number, b: Number | None = None) -> int:
    return a * 1000 + (0 if b is None else b)


@node(id="Pair", title="Pair", category="test")
def pair(a: Number) -> tuple[int, Annotated[int, Name("double")]]:
    return a, a * 2


@node(id="Fail", title="Fail", category="test")
def fail(a: Number) -> int:
    raise ValueError(f"{a} is not to my taste.")


@node(id="Thing", title="Thing", category="test")
def thing(
    seed: Annotated[int, Seed()] = 0,
    kind: Annotated[str, Choices(("round", "square"))] = "round",
    file: Annotated[str, ModelFile("checkpoints")] = "a.safetensors",
) -> Thing:
    return (seed, kind, file)


@node(id="Show", title="Show", category="test", is_output=True)
def show(value: Annotated[Any, Socket("*")]) -> NodeResult:
    return NodeResult(ui={"text": [str(value)]})


@node(id="Steps", title="Steps", category="test", is_output=True)
def steps(ctx: NodeContext, count: Annotated[int, Ge(0)] = 3) -> NodeResult:
    for step in range(count):
        ctx.progress(step + 1, count)
    return NodeResult(ui={"text": [ctx.node_id]})


REGISTRY = Registry.of([number, add, join, pair, fail, thing, show, steps])
CATALOGUE = REGISTRY.catalogue()
