"""A v1 node class: what it states now, and its methods as this engine calls them."""

import asyncio
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compat.comfyui.worker.current_call import calling
from compat.comfyui.worker.hidden import hidden_values
from compat.comfyui.worker.inputs import Stated, hidden_inputs, stated_inputs, takes_any_name
from compat.comfyui.worker.results import Outputs, node_result
from compat.comfyui.worker.socket_types import list_outputs, plain_text, return_types
from graph_engine.document.graph import GraphNode, Link
from graph_engine.spec.context import NodeContext
from graph_engine.spec.result import NodeResult

CONTEXT = "__noiseloom_context__"
"""The parameter that takes the engine's context; no input can have this name in a workflow of a person."""


class BadClass(TypeError):  # noqa: N818 - reads as what it is
    """A class that does not keep to the contract. Its message says how, as a sentence."""


@dataclass(frozen=True)
class NodeClass:
    """A class and what its ``INPUT_TYPES()`` stated when it was last asked."""

    type_id: str
    cls: Any
    stated: tuple[Stated, ...]
    hidden: Mapping[str, str]
    takes_any: bool
    takes_more: bool
    input_types: Mapping[str, Any]

    @staticmethod
    def read(type_id: str, cls: Any) -> "NodeClass":
        """Ask a class. Raises BadClass, and whatever its ``INPUT_TYPES`` raises."""
        ask = getattr(cls, "INPUT_TYPES", None)
        input_types: Any = ask() if callable(ask) else {}
        if not isinstance(input_types, Mapping):
            raise BadClass(f"INPUT_TYPES of {type_id} returns a {type(input_types).__name__}, not a dict.")
        function = getattr(cls, plain_text(getattr(cls, "FUNCTION", "")), None)
        if not callable(function):
            raise BadClass(f"{type_id} has no method called {getattr(cls, 'FUNCTION', None)!r}, as FUNCTION states.")
        stated: Mapping[str, Any] = input_types  # pyright: ignore[reportUnknownVariableType]
        return NodeClass(
            type_id=type_id,
            cls=cls,
            stated=tuple(stated_inputs(stated)),
            hidden=hidden_inputs(stated),
            takes_any=takes_any_name(stated),
            takes_more=_takes_keywords(function),
            input_types=stated,
        )

    @property
    def function_name(self) -> str:
        """The method that does the work."""
        return plain_text(self.cls.FUNCTION)

    @property
    def is_async(self) -> bool:
        """Whether that method is a coroutine function."""
        return inspect.iscoroutinefunction(getattr(self.cls, self.function_name))

    @property
    def lists_in(self) -> bool:
        """Whether it takes every input as a list."""
        return bool(getattr(self.cls, "INPUT_IS_LIST", False))

    @property
    def outputs(self) -> Outputs:
        """What it states of its outputs."""
        lists = list_outputs(self.cls, len(return_types(self.cls)))
        return Outputs(self.type_id, lists, getattr(self.cls, "OUTPUT_NODE", False) is True)

    def call(self, arguments: dict[str, Any]) -> Any:
        """The work itself: a result, or a coroutine of one."""
        context: NodeContext = arguments.pop(CONTEXT)
        with calling(context):
            method = getattr(context.keep(self.cls), self.function_name)
            raw = method(**self.arguments(arguments, context))
            if inspect.iscoroutine(raw):
                return self._awaited(raw, context)
            return node_result(raw, self.outputs)

    async def call_async(self, arguments: dict[str, Any]) -> NodeResult:
        """The work of an ``async`` method."""
        context: NodeContext = arguments.pop(CONTEXT)
        with calling(context):
            method = getattr(context.keep(self.cls), self.function_name)
            return node_result(await method(**self.arguments(arguments, context)), self.outputs)

    async def _awaited(self, raw: Any, context: NodeContext) -> NodeResult:
        with calling(context):
            return node_result(await raw, self.outputs)

    def needs(self, known: Mapping[str, Any], context: NodeContext) -> Iterable[str]:
        """Which lazy inputs ``check_lazy_status`` asks for; those not known yet are None."""
        given = self.arguments(dict(known), context)
        node = context.running.node(context.node_id)
        for item in self.stated:
            if item.options.get("lazy") and item.name not in given and node is not None and item.name in node.inputs:
                given[item.name] = [None] if self.lists_in else None
        with calling(context):
            answer = settled(context.keep(self.cls).check_lazy_status, given)
        wanted: Iterable[Any] = answer if isinstance(answer, (list, tuple, set, frozenset)) else ()
        return [name for name in wanted if isinstance(name, str)]

    def outside(self, node: GraphNode) -> Any:
        """``IS_CHANGED``, called with plain values; wired inputs are None. Raises what it raises."""
        given = self.before_run(node.inputs, node.id)
        if self.lists_in:
            given = {name: [value] for name, value in given.items()}
        return settled(self.cls.IS_CHANGED, given)

    def before_run(self, inputs: Mapping[str, Any], node_id: str) -> dict[str, Any]:
        """The inputs as a class method sees them before a job: wired ones are None, hidden ones mostly empty."""
        plain = {name: None if isinstance(value, Link) else value for name, value in inputs.items()}
        return {**self._own(plain, None), **hidden_values(self.hidden, None, node_id)}

    def arguments(self, inputs: dict[str, Any], context: NodeContext) -> dict[str, Any]:
        """The keyword arguments of a call: wires as ComfyUI writes them, choices as stated, hidden inputs added."""
        hidden = hidden_values(self.hidden, context, context.node_id)
        if self.lists_in:
            hidden = {name: [value] for name, value in hidden.items()}
        return {**self._own(inputs, context), **hidden}

    def _own(self, inputs: Mapping[str, Any], context: NodeContext | None) -> dict[str, Any]:
        known = {item.name: item for item in self.stated}
        node = context.running.node(context.node_id) if context is not None else None
        given: dict[str, Any] = {}
        for name, value in inputs.items():
            item = known.get(name)
            if item is None and not self.takes_any:
                wired = node is not None and isinstance(node.inputs.get(name), Link)
                if not (self.takes_more and (wired or node is None)):
                    continue
            if self.lists_in and isinstance(value, list):
                given[name] = [_argument(one, item) for one in value]  # pyright: ignore[reportUnknownVariableType]
            else:
                given[name] = _argument(value, item)
        return given

    def checks_of(self) -> tuple[frozenset[str], bool]:
        """What ``VALIDATE_INPUTS`` judges itself: names of inputs (all, when it takes any), and types of wires."""
        check = getattr(self.cls, "VALIDATE_INPUTS", None)
        if check is None:
            return frozenset(), False
        names = frozenset(inspect.signature(check).parameters)
        if _takes_keywords(check):
            names |= {item.name for item in self.stated}
        return names, "input_types" in names


def _argument(value: Any, item: Stated | None) -> Any:
    if isinstance(value, Link):
        return [value.source, value.slot]
    choices = item.choices if item is not None else None
    if choices and isinstance(value, str) and value not in choices:
        # Choices that are numbers travel as texts.
        return next((choice for choice in choices if not isinstance(choice, str) and str(choice) == value), value)
    return value


def _takes_keywords(function: Callable[..., Any]) -> bool:
    try:
        kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return False
    return inspect.Parameter.VAR_KEYWORD in kinds


def settled(method: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call a method that may be ``async``, and wait for it."""
    answer = method(**given)
    if inspect.iscoroutine(answer):
        return asyncio.run(answer)
    return answer
