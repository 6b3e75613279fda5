"""Nodes for worker tests: slow ones, deaf ones, deadly ones. No torch."""

import os
import signal
import sys
import time
from typing import Annotated, Any

from graph_engine.spec.sdk import Ge, NodeContext, NodeResult, Preview, Registry, Socket, node
from tests.unit.graph_engine.sample_nodes import REGISTRY


@node(id="Sleep", title="Sleep", category="test", is_output=True, cacheable=False)
def sleep(ctx: NodeContext, steps: Annotated[int, Ge(0)] = 10, seconds: float = 0.05) -> NodeResult:
    for step in range(steps):
        ctx.progress(step + 1, steps, Preview("image/png", b"x" * 100))
        time.sleep(seconds)
    return NodeResult(ui={"text": ["slept"]})


@node(id="Deaf", title="Deaf", category="test", is_output=True, cacheable=False)
def deaf(seconds: float = 30.0) -> NodeResult:
    time.sleep(seconds)
    return NodeResult()


@node(id="Exit", title="Exit", category="test", is_output=True, cacheable=False)
def leave(code: int = 3) -> NodeResult:
    os._exit(code)


@node(id="Kill", title="Kill", category="test", is_output=True, cacheable=False)
def kill() -> NodeResult:
    os.kill(os.getpid(), signal.SIGKILL)
    return NodeResult()


@node(id="Talk", title="Talk", category="test", is_output=True, cacheable=False)
def talk(lines: int = 1000) -> NodeResult:
    for index in range(lines):
        print(f"said {index}")
    sys.stdout.write("y" * 1_000_000 + "\nend of speech\n")
    return NodeResult()


@node(id="Descriptors", title="Descriptors", category="test", is_output=True, cacheable=False)
def descriptors() -> NodeResult:
    links: list[str] = []
    for name in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue
    return NodeResult(ui={"text": links})


@node(id="Modules", title="Modules", category="test", is_output=True, cacheable=False)
def modules() -> NodeResult:
    return NodeResult(ui={"text": sorted(name for name in sys.modules if "." not in name)})


@node(id="Odd", title="Odd", category="test", is_output=True, cacheable=False)
def odd(value: Annotated[Any, Socket("*")]) -> NodeResult:
    return NodeResult(ui={"text": [10**30, str(type(value))]})


@node(id="Counter", title="Counter", category="test", is_output=True, cacheable=False)
def counter(ctx: NodeContext) -> NodeResult:
    calls: list[int] = ctx.keep(list)
    calls.append(1)
    return NodeResult(ui={"text": [str(len(calls))]})


def build() -> Registry:
    return REGISTRY.joined(Registry.of([sleep, deaf, leave, kill, talk, descriptors, modules, odd, counter]))


def warm_up() -> None:
    print("warming up")
    raise RuntimeError("too cold")


def broken() -> Registry:
    raise RuntimeError("the registry is broken on purpose")
