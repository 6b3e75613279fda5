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
        library,
        memory,
        node_types,
        queue,
        system,
        templates,
        workflows,
    )

    nouns = (node_types, memory, jobs, job_nodes, queue, batches, events, images, templates, workflows, library, system)
    return tuple(endpoints_of(*nouns))
