"""What ``@node`` attaches to a function, until a registry collects it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from graph_engine.spec.node import NodeSpec
from graph_engine.spec.signature import read_signature

_ATTRIBUTE = "__noiseloom_node__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """The arguments of ``@node``. ``fingerprint`` is called with the node's plain inputs; see :func:`node`."""

    id: str
    title: str
    category: str
    version: str
    is_output: bool
    cacheable: bool
    deprecated: bool
    experimental: bool
    aliases: tuple[str, ...]
    fingerprint: Callable[..., Any] | None


@dataclass(frozen=True, kw_only=True)
class NodeType:
    """A node in the worker: its public spec and the function behind it.

    ``context`` names the parameter that takes the context. ``origin`` is ``file:line``, for messages.
    """

    spec: NodeSpec
    function: Callable[..., Any]
    context: str | None = None
    fingerprint: Callable[..., Any] | None = None
    origin: str = ""


def node(
    *,
    id: str,
    title: str,
    category: str,
    version: str = "1",
    is_output: bool = False,
    cacheable: bool = True,
    deprecated: bool = False,
    experimental: bool = False,
    aliases: tuple[str, ...] = (),
    fingerprint: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declare a function as a node. Only attaches; a :class:`~graph_engine.spec.registry.Registry` collects.

    ``version`` goes into the cache key: raise it when the same inputs give another result. ``cacheable=False`` runs
    the node in every job. ``fingerprint(**plain inputs)`` returns a value of the outside state the node reads (the
    time, a file's content); a change of it runs the node again. ``aliases`` are further words to find it by.
    """
    declaration = Declaration(
        id=id,
        title=title,
        category=category,
        version=version,
        is_output=is_output,
        cacheable=cacheable,
        deprecated=deprecated,
        experimental=experimental,
        aliases=aliases,
        fingerprint=fingerprint,
    )

    def attach(function: F) -> F:
        setattr(function, _ATTRIBUTE, declaration)
        return function

    return attach


def is_node(value: Any) -> bool:
    """Whether ``value`` is a function that ``@node`` declared."""
    return callable(value) and isinstance(getattr(value, _ATTRIBUTE, None), Declaration)


def node_type(function: Callable[..., Any], source: str = "builtin") -> NodeType:
    """The node type that a declared function states. Raises SignatureError (a TypeError)."""
    declaration: Declaration = getattr(function, _ATTRIBUTE)
    signature = read_signature(function)
    spec = NodeSpec(
        id=declaration.id,
        title=declaration.title,
        category=declaration.category,
        description=_description(function),
        version=declaration.version,
        inputs=signature.inputs,
        outputs=signature.outputs,
        is_output=declaration.is_output,
        cacheable=declaration.cacheable,
        deprecated=declaration.deprecated,
        experimental=declaration.experimental,
        aliases=declaration.aliases,
        source=source,
    )
    return NodeType(
        spec=spec,
        function=function,
        context=signature.context,
        fingerprint=declaration.fingerprint,
        origin=origin_of(function),
    )


def origin_of(function: Callable[..., Any]) -> str:
    """``file:line`` of a function, for messages."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(function)


def with_source(kind: NodeType, source: str) -> NodeType:
    """The same node type, said to come from ``source``."""
    return replace(kind, spec=replace(kind.spec, source=source))


def _description(function: Callable[..., Any]) -> str:
    text = (function.__doc__ or "").strip()
    return "\n".join(line.strip() for line in text.splitlines())
