"""Our API, one file a noun. Each function carries its route and models; :func:`api_endpoints` gathers them."""

from web.server.endpoint import Endpoint, endpoints_of


def api_endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint of our API."""
    from web.server.routes import (
        batches,
        boards,
        drafts,
        events,
        extensions,
        guide,
        images,
        job_nodes,
        jobs,
        library,
        memory,
        models,
        node_types,
        pictures,
        plugins,
        queue,
        saved_workflows,
        system,
        templates,
        workflows,
    )

    work = (jobs, job_nodes, queue, batches, events)
    return tuple(
        endpoints_of(
            node_types,
            plugins,
            extensions,
            memory,
            models,
            *work,
            images,
            pictures,
            boards,
            guide,
            templates,
            workflows,
            saved_workflows,
            library,
            drafts,
            system,
        )
    )
