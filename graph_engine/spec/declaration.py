"""What ``@node`` attaches to a function, until a registry collects it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from graph_engine.document.graph import GraphNode
from graph_engine.spec.context import NodeContext
from graph_engine.spec.node import NodeSpec
from graph_engine.spec.signature import read_signature

_ATTRIBUTE = "__noiseloom_node__"

F = TypeVar("F", bound=Callable[..., Any])

Lane = Literal["device", "io", "async"]
"""Where a node runs: on the serial device lane, in a thread beside it, or (``async def``) on the job's event loop."""

Needs = Callable[[Mapping[str, Any], NodeContext], Iterable[str]]
"""``needs(known, ctx)`` names the lazy inputs that are still wanted; asked again until it wants nothing new."""

Reads = Callable[..., Iterable[tuple[str, str]]]
"""``reads(files, **plain inputs)`` gives folder and name of model files that plain values name in passing, such as a
prompt's words, or that the files named by them name in turn."""


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
    needs: Needs | None
    lane: Lane
    list_inputs: bool
    keyed_by_id: bool
    arranges: bool
    durable: bool
    reads: Reads | None


@dataclass(frozen=True, kw_only=True)
class NodeType:
    """A node in the worker: its public spec and the function behind it.

    ``context`` names the parameter that takes the context. ``origin`` is ``file:line``, for messages. The other fields
    are as :func:`node` describes them. ``function`` may be a coroutine function whatever its ``lane``, and may be a
    generator function that yields :class:`~graph_engine.spec.result.Round`.
    """

    spec: NodeSpec
    function: Callable[..., Any]
    context: str | None = None
    fingerprint: Callable[..., Any] | None = None
    needs: Needs | None = None
    lane: Lane = "device"
    keyed_by_id: bool = False
    arranges: bool = False
    durable: bool = False
    reads: Reads | None = None
    origin: str = ""
    outside: Callable[[GraphNode], Any] | None = None
    """As ``fingerprint``, for node types made by other means: sees the whole node, wires included."""


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
    needs: Needs | None = None,
    lane: Lane = "device",
    list_inputs: bool = False,
    keyed_by_id: bool = False,
    arranges: bool = False,
    durable: bool = False,
    reads: Reads | None = None,
) -> Callable[[F], F]:
    """Declare a function as a node. Only attaches; a :class:`~graph_engine.spec.registry.Registry` collects.

    ``version`` goes into the cache key: raise it when the same inputs give another result. ``cacheable=False`` runs
    the node in every job. ``fingerprint(**plain inputs)`` returns a value of the outside state the node reads (the
    time, a file's content); a change of it runs the node again. ``aliases`` are further words to find it by.

    ``needs(known, ctx)`` is asked, before the call, which ``Lazy`` inputs to compute; ``known`` holds what is there.
    Inputs never asked for arrive as None. Without ``needs`` lazy inputs are computed like any other.
    ``lane="io"`` lets the node run beside the device: for encoding, reading and writing files. It must lease nothing.
    ``list_inputs`` gives every input as a list, in one call. ``keyed_by_id`` keeps equal nodes apart in the cache.
    ``arranges`` calls the node in every job, though what hangs on it is cached: for nodes that only set others to
    work. ``durable`` lets the disk cache, where there is one, keep the outputs over a restart. ``reads(files,
    **plain inputs)`` names further model files that the node reads, as (folder, name); a change of one runs it again.
    ``files`` are the context's.
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
        needs=needs,
        lane=lane,
        list_inputs=list_inputs,
        keyed_by_id=keyed_by_id,
        arranges=arranges,
        durable=durable,
        reads=reads,
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
    signature = read_signature(function, list_inputs=declaration.list_inputs)
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
        list_inputs=declaration.list_inputs,
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
        needs=declaration.needs,
        lane=declaration.lane,
        keyed_by_id=declaration.keyed_by_id,
        arranges=declaration.arranges,
        durable=declaration.durable,
        reads=declaration.reads,
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
