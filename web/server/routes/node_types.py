"""The palette."""

import json
from dataclasses import replace

from aiohttp import web

from graph_engine.spec.json import spec_to_json
from graph_engine.spec.node import NodeSpec
from web.server.endpoint import Call, endpoint
from web.server.schemas.nodes import NodeTypes


@endpoint("GET", "/api/v1/node-types", response=NodeTypes)
async def list_node_types(call: Call[None, None]) -> web.Response:
    """List every node type, with the files to choose from as they are now."""
    types = call.services.node_types
    nodes = [spec_to_json(_for_page(spec)) for spec in await types.filled()]
    # Catalogues are large and made from frozen specs: they are written as they are, not validated once more.
    body = json.dumps({"revision": types.revision, "source": types.source, "nodes": nodes})
    return web.Response(text=body, content_type="application/json")


def _for_page(spec: NodeSpec) -> NodeSpec:
    """Without what only another program's clients read."""
    extra = {name: value for name, value in spec.extra.items() if name != "comfyui"}
    return replace(spec, extra=extra) if spec.extra else spec
