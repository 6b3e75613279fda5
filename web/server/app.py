"""The application: endpoints, page and gate put together. It builds nothing; the composition root does."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from graph_engine.validate.problem import Problem
from web.server.body import read_json
from web.server.endpoint import Call, Endpoint
from web.server.gate.connections import ConnectionWatch
from web.server.gate.middleware import gate_middleware
from web.server.page import serve_asset, serve_page
from web.server.refusals import Refusal
from web.server.routes import api_endpoints
from web.server.schemas.base import Model
from web.server.services import SERVICES, Services

AddRoutes = Callable[[web.Application], None]


def create_app(services: Services, watch: ConnectionWatch, more: Iterable[AddRoutes] = ()) -> web.Application:
    """The whole application. ``more`` adds other families of routes (ComfyUI's) before the page's own."""
    app = web.Application(
        middlewares=[gate_middleware(services.gate, watch.headers_arrived)],
        client_max_size=services.settings.limits.json_bytes,
    )
    app[SERVICES] = services
    for item in api_endpoints():
        app.router.add_route(item.method, item.path, _handler(item))
    for add in more:
        add(app)
    app.router.add_get("/", serve_page)
    app.router.add_get("/{path:.+}", serve_asset)
    return app


def _handler(item: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        services = request.app[SERVICES]
        query = _read(item.query, dict(request.query)) if item.query else None
        body = None
        if item.body and item.kind == "json":
            body = _read(item.body, await read_json(request, services.settings.limits))
        answer = await item.handler(Call(request, services, body, query))
        if isinstance(answer, web.StreamResponse):
            return answer
        if answer is None:
            return web.Response(status=204)
        text = answer.model_dump_json(by_alias=True)
        return web.Response(status=item.status, text=text, content_type="application/json")

    return handle


def _read(model: type[Model], value: Any) -> Model:
    """Check what was sent against its model; each finding becomes a problem that names the field."""
    try:
        return model.model_validate(value)
    except ValidationError as invalid:
        problems = [
            Problem(
                code="request.invalid",
                message=f"{'.'.join(str(part) for part in error['loc']) or 'The body'}: {error['msg']}.",
                params={"field": ".".join(str(part) for part in error["loc"]), "reason": error["type"]},
            )
            for error in invalid.errors(include_url=False, include_input=False, include_context=False)[:20]
        ]
        raise Refusal(422, problems) from invalid
