"""Our API, one file a noun. Each function carries its route and models; :func:`api_endpoints` gathers them."""

from web.server.endpoint import Endpoint, endpoints_of


def api_endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint of our API."""
    from web.server.routes import events, images, jobs, node_types, queue, system, templates, workflows

    return tuple(endpoints_of(node_types, jobs, queue, events, images, templates, workflows, system))
