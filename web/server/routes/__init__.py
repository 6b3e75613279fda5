"""Our API, one file a noun. Each function carries its route and models; :func:`api_endpoints` gathers them."""

from web.server.endpoint import Endpoint, endpoints_of


def api_endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint of our API."""
    from web.server.routes import (
        batches,
        events,
        images,
        job_nodes,
        jobs,
        memory,
        node_types,
        plugins,
        queue,
        saved_workflows,
        system,
        templates,
        workflows,
    )

    work = (jobs, job_nodes, queue, batches, events)
    return tuple(
        endpoints_of(node_types, plugins, memory, *work, images, templates, workflows, saved_workflows, system)
    )
