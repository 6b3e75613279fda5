"""``/queue``, ``/interrupt`` and ``/free``."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from compat.comfyui.server.prompts import queue_number
from graph_engine.jobs.job import Job
from web.server.body import read_json
from web.server.refusals import refuse
from web.server.services import SERVICES, Services

SHOWN = 1000
"""How many waiting jobs are listed unless more are asked for; how many there are is in ``/prompt`` and in a header."""
SHOWN_MOST = 10_000
FREE_SECONDS = 10.0


async def get_queue(request: web.Request) -> web.Response:
    """What runs and what waits; ``max_items`` and ``offset`` choose a part of what waits."""
    services = request.app[SERVICES]
    limit, offset = number_of(request, "max_items", SHOWN), number_of(request, "offset", 0)
    running = (await services.jobs.store.page(states=("running",), limit=100)).jobs
    waiting = (await services.jobs.store.waiting(min(limit + offset, SHOWN_MOST)))[offset:]
    counts = await services.jobs.counts()
    body = {
        "queue_running": await queue_items(services, running),
        "queue_pending": await queue_items(services, waiting),
    }
    return web.json_response(body, headers={"X-Total-Count": str(counts.queued)})


async def post_queue(request: web.Request) -> web.Response:
    """Cancel what waits: all of it (``clear``), or by id (``delete``)."""
    services = request.app[SERVICES]
    body = await read_object(request)
    if body.get("clear"):
        await services.jobs.cancel_waiting()
    await services.jobs.cancel_waiting(ids_of(body))
    return web.Response()


async def post_interrupt(request: web.Request) -> web.Response:
    """Stop what runs; with a ``prompt_id`` only if it is that job."""
    jobs = request.app[SERVICES].jobs
    wanted = (await read_object(request)).get("prompt_id")
    if not wanted or jobs.running == wanted:
        await jobs.cancel_running()
    return web.Response()


async def post_free(request: web.Request) -> web.Response:
    """Drop model weights and, with ``free_memory``, cached results too."""
    body = await read_object(request)
    executor = request.app[SERVICES].executor
    weights, outputs = bool(body.get("unload_models")), bool(body.get("free_memory"))
    if weights or outputs:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FREE_SECONDS):
                await executor.free(weights=weights or outputs, outputs=outputs)
    return web.Response()


async def queue_items(services: Services, jobs: Sequence[Job]) -> list[list[Any]]:
    """``[number, prompt_id, prompt, extra_data, outputs_to_execute]`` of each job."""
    contents = await services.jobs.store.contents([job.id for job in jobs])
    known = [(job, contents[job.id]) for job in jobs if job.id in contents]
    return [
        [queue_number(job), job.id, content.graph, content.extra, list(content.targets or ())] for job, content in known
    ]


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty one."""
    body = await read_json(request, request.app[SERVICES].settings.limits)
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise refuse(400, "request.not_an_object", "The body must be a JSON object.")
    return body


def number_of(request: web.Request, name: str, default: int) -> int:
    """A number in the query; the default when it is absent or below zero."""
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = int(text[:12])
    except ValueError:
        raise refuse(400, "request.not_a_number", f"'{name}' must be a number.") from None
    return value if value >= 0 else default


def ids_of(body: dict[str, Any]) -> list[str]:
    """The ids in ``delete``."""
    wanted = body.get("delete") or []
    if not isinstance(wanted, list):
        raise refuse(400, "request.not_a_list", "'delete' must be a list of prompt ids.")
    return [item for item in wanted if isinstance(item, str)]
