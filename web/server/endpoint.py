"""A route and its models in one place: what the router serves and what the OpenAPI document says cannot differ."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from aiohttp import web

from web.server.schemas.base import Model, OpenModel
from web.server.services import Services

Body = TypeVar("Body")
Query = TypeVar("Query")
Kind = Literal["json", "upload", "bytes", "socket"]

MARK = "__endpoint__"


@dataclass(frozen=True)
class Call(Generic[Body, Query]):
    """One request, read and checked: what an endpoint's function gets."""

    request: web.Request
    services: Services
    body: Body
    query: Query

    def part(self, name: str) -> str:
        """The variable part ``name`` of the path."""
        return self.request.match_info[name]


Handler = Callable[[Call[Any, Any]], Awaitable[Model | web.StreamResponse | None]]
"""Answers with a model (sent with the endpoint's status), nothing (204), or a response of its own making."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One route. ``errors`` are the refusals a caller should expect beyond those of every route."""

    method: str
    path: str
    handler: Handler
    summary: str
    name: str
    body: type[Model] | None
    query: type[Model] | None
    response: type[Model | OpenModel] | None
    status: int
    errors: tuple[int, ...]
    kind: Kind


def endpoint(
    method: str,
    path: str,
    *,
    body: type[Model] | None = None,
    query: type[Model] | None = None,
    response: type[Model | OpenModel] | None = None,
    status: int | None = None,
    errors: tuple[int, ...] = (),
    kind: Kind = "json",
) -> Callable[[Handler], Handler]:
    """Attach a route to a function; :func:`endpoints_of` finds it again. Nothing is registered at import.

    ``status`` is 200, or 204 where there is nothing to answer with, unless stated.
    """
    usual = 204 if response is None and kind == "json" else 200

    def attach(handler: Handler) -> Handler:
        words = (handler.__doc__ or "").strip()
        spec = Endpoint(
            method=method,
            path=path,
            handler=handler,
            summary=words.splitlines()[0].rstrip(".") if words else "",
            name=getattr(handler, "__name__", path),
            body=body,
            query=query,
            response=response,
            status=usual if status is None else status,
            errors=errors,
            kind=kind,
        )
        setattr(handler, MARK, spec)
        return handler

    return attach


def endpoints_of(*modules: ModuleType) -> Iterator[Endpoint]:
    """Every endpoint of these modules, in the order they were written."""
    for module in modules:
        for value in vars(module).values():
            spec = getattr(value, MARK, None)
            if isinstance(spec, Endpoint) and spec.handler.__module__ == module.__name__:
                yield spec
