"""From a Python signature to input and output specs: the signature is the one source of truth (D1)."""

import inspect
import types
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import BaseMetadata, Ge, Le, MultipleOf

from graph_engine.spec.annotations import (
    Choices,
    InputFile,
    Lazy,
    ModelFile,
    Multiline,
    Name,
    Outputs,
    Placeholder,
    RawLink,
    Seed,
    Slider,
    Socket,
    Step,
    Tooltip,
)
from graph_engine.spec.context import NodeContext
from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NumberWidget,
    OutputSpec,
    TextWidget,
    Widget,
)
from graph_engine.spec.result import NodeResult

SEED_MAXIMUM = 2**64 - 1

_PLAIN_TYPES: dict[Any, str] = {int: "INT", float: "FLOAT", str: "STRING", bool: "BOOLEAN"}

T = TypeVar("T")


class SignatureError(TypeError):
    """A node function's signature does not say what its sockets are."""


@dataclass(frozen=True)
class Signature:
    """What :func:`read_signature` found. ``context`` is the name of the context parameter, if any."""

    inputs: tuple[InputSpec, ...]
    outputs: tuple[OutputSpec, ...]
    context: str | None


@dataclass(frozen=True)
class _Hint:
    """One annotation, taken apart."""

    base: Any
    marks: tuple[Any, ...]
    optional: bool

    def mark(self, kind: type[T]) -> T | None:
        """The last marker of this kind: an outer ``Annotated`` overrules an inner one."""
        return next((item for item in reversed(self.marks) if isinstance(item, kind)), None)


def read_signature(function: Callable[..., Any], *, list_inputs: bool = False) -> Signature:
    """The specs that ``function``'s parameters and return annotation state. Raises SignatureError.

    An output of type ``list[X]`` is a list of X: what follows runs once for each. With ``list_inputs`` a parameter of
    type ``list[X]`` is an input of type X.
    """
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise SignatureError(f"{_place(function)}: an annotation cannot be resolved: {error}") from error
    inputs: list[InputSpec] = []
    context: str | None = None
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise SignatureError(f"{_place(function)}: parameter {parameter.name!r} must be a named one.")
        if parameter.name not in hints:
            raise SignatureError(f"{_place(function)}: parameter {parameter.name!r} has no annotation.")
        if hints[parameter.name] is NodeContext:
            context = parameter.name
            continue
        try:
            inputs.append(_input_spec(parameter, _input_hint(hints[parameter.name], list_inputs)))
        except SignatureError as error:
            raise SignatureError(f"{_place(function)}: parameter {parameter.name!r}: {error}") from error
    try:
        outputs = _output_specs(hints.get("return", type(None)))
    except SignatureError as error:
        raise SignatureError(f"{_place(function)}: return annotation: {error}") from error
    return Signature(tuple(inputs), outputs, context)


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
    return f"{getattr(function, '__qualname__', function)}{where}"


def _take_apart(annotation: Any) -> _Hint:
    """Strip ``| None`` and ``Annotated`` in either order, gathering the markers from inside out."""
    marks: tuple[Any, ...] = ()
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            marks = (*annotation.__metadata__, *marks)
            annotation = annotation.__origin__
        elif origin in (Union, types.UnionType):
            rest = [item for item in get_args(annotation) if item is not type(None)]
            if len(rest) == len(get_args(annotation)) or len(rest) != 1:
                return _Hint(annotation, marks, optional)
            optional = True
            annotation = rest[0]
        else:
            return _Hint(annotation, marks, optional)


def _input_hint(annotation: Any, list_inputs: bool) -> _Hint:
    hint = _take_apart(annotation)
    if not list_inputs or hint.mark(Socket):
        return hint
    if get_origin(hint.base) is not list:
        raise SignatureError("a node with list inputs receives lists; write `list[…]`.")
    inner = _take_apart(get_args(hint.base)[0])
    return _Hint(inner.base, (*inner.marks, *hint.marks), hint.optional)


def _input_spec(parameter: inspect.Parameter, hint: _Hint) -> InputSpec:
    has_default = parameter.default is not parameter.empty
    default = parameter.default if has_default else None
    if hint.optional and not has_default:
        raise SignatureError("an optional input needs a default, usually None.")
    type_name = _type_name(hint)
    widget = None if hint.mark(Socket) else _widget(hint, default)
    if widget is None and has_default and not hint.optional:
        raise SignatureError("an input that is only wired cannot have a default; write `X | None = None`.")
    tooltip = hint.mark(Tooltip)
    return InputSpec(
        name=parameter.name,
        type=type_name,
        required=not hint.optional,
        widget=widget,
        tooltip=tooltip.text if tooltip else "",
        lazy=hint.mark(Lazy) is not None,
        raw_link=hint.mark(RawLink) is not None,
    )


def _type_name(hint: _Hint) -> str:
    socket = hint.mark(Socket)
    if socket is not None:
        return socket.type
    if get_origin(hint.base) is Literal or hint.mark(Choices) or hint.mark(ModelFile) or hint.mark(InputFile):
        return "COMBO"
    if hint.base is Any:
        return "*"
    if hint.base in _PLAIN_TYPES:
        return _PLAIN_TYPES[hint.base]
    raise SignatureError(f'{hint.base!r} is no socket type; write Annotated[{hint.base!r}, Socket("NAME")].')


def _widget(hint: _Hint, default: Any) -> Widget | None:
    _refuse_unknown_bounds(hint)
    model, upload, choices = hint.mark(ModelFile), hint.mark(InputFile), hint.mark(Choices)
    if model is not None:
        return FileWidget(root="models", folder=model.folder, extensions=model.extensions, default=default)
    if upload is not None:
        return FileWidget(
            root="input",
            extensions=upload.extensions,
            upload=upload.upload,
            default=default,
            optional=upload.optional,
        )
    if choices is not None or get_origin(hint.base) is Literal:
        return _choice_widget(choices.values if choices else get_args(hint.base), default)
    if hint.base is bool:
        return BooleanWidget(default=default)
    if hint.base is int:
        return _integer_widget(hint, default)
    if hint.base is float:
        return _number_widget(hint, default)
    if hint.base is str:
        placeholder = hint.mark(Placeholder)
        text = placeholder.text if placeholder else ""
        return TextWidget(default=default, multiline=hint.mark(Multiline) is not None, placeholder=text)
    return None


def _refuse_unknown_bounds(hint: _Hint) -> None:
    for mark in hint.marks:
        if isinstance(mark, BaseMetadata) and not isinstance(mark, (Ge, Le, MultipleOf)):
            raise SignatureError(f"{mark!r} is not supported; use Ge, Le, MultipleOf or Step.")


def _choice_widget(values: Sequence[Any], default: Any) -> ChoiceWidget:
    if not values or not all(isinstance(value, str) for value in values):
        raise SignatureError("choices are a non-empty list of texts.")
    chosen = values[0] if default is None else default
    if chosen not in values:
        raise SignatureError(f"the default {chosen!r} is not among its choices.")
    return ChoiceWidget(choices=tuple(values), default=chosen)


def _bounds(hint: _Hint) -> tuple[Any, Any]:
    lower, upper = hint.mark(Ge), hint.mark(Le)
    return (lower.ge if lower else None), (upper.le if upper else None)


def _integer_widget(hint: _Hint, default: Any) -> IntegerWidget:
    lower, upper = _bounds(hint)
    step, multiple = hint.mark(Step), hint.mark(MultipleOf)
    seed = hint.mark(Seed) is not None
    if seed:
        lower = 0 if lower is None else lower
        upper = SEED_MAXIMUM if upper is None else upper
    by = step.value if step else multiple.multiple_of if multiple else 1
    return IntegerWidget(default=default, minimum=lower, maximum=upper, step=int(by), seed=seed)  # pyright: ignore[reportArgumentType]


def _number_widget(hint: _Hint, default: Any) -> NumberWidget:
    lower, upper = _bounds(hint)
    step, multiple = hint.mark(Step), hint.mark(MultipleOf)
    by: Any = step.value if step else multiple.multiple_of if multiple else None
    return NumberWidget(
        default=None if default is None else float(default),
        minimum=None if lower is None else float(lower),
        maximum=None if upper is None else float(upper),
        step=None if by is None else float(by),
        slider=hint.mark(Slider) is not None,
    )


def _output_specs(annotation: Any) -> tuple[OutputSpec, ...]:
    hint = _take_apart(annotation)
    if get_origin(hint.base) is Generator:
        return _output_specs(get_args(hint.base)[2])  # what a generator returns in the end
    if hint.base in (type(None), None):
        return ()
    if hint.base is NodeResult:
        listed = hint.mark(Outputs)
        if listed is not None:
            return _unique([_output_spec(_take_apart(item)) for item in listed.types])
        return (_output_spec(hint),) if hint.mark(Socket) else ()
    if get_origin(hint.base) is tuple and not hint.mark(Socket):
        return _unique([_output_spec(_take_apart(item)) for item in get_args(hint.base)])
    return (_output_spec(hint),)


def _output_spec(hint: _Hint) -> OutputSpec:
    is_list = get_origin(hint.base) is list and not hint.mark(Socket)
    if is_list:
        inner = _take_apart(get_args(hint.base)[0])
        hint = _Hint(inner.base, (*inner.marks, *hint.marks), hint.optional)
    type_name = _type_name(hint)
    name, tooltip = hint.mark(Name), hint.mark(Tooltip)
    return OutputSpec(
        name=name.text if name else type_name,
        type=type_name,
        tooltip=tooltip.text if tooltip else "",
        is_list=is_list,
    )


def _unique(outputs: list[OutputSpec]) -> tuple[OutputSpec, ...]:
    names = [item.name for item in outputs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SignatureError(f'two outputs are called {twice}; tell them apart with Name("…").')
    return tuple(outputs)
