"""``/api/jobs``: the later form of ComfyUI's history and queue in one list."""

from typing import Any

from aiohttp import web

from compat.comfyui.server.messages import plain_output
from compat.comfyui.server.queue import number_of
from graph_engine.jobs.job import Job, JobState
from web.server.refusals import refuse
from web.server.services import SERVICES

STATES: dict[str, tuple[JobState, ...]] = {
    "pending": ("queued",),
    "in_progress": ("running",),
    "completed": ("succeeded",),
    "failed": ("failed", "lost"),
    "error": ("failed", "lost"),
    "cancelled": ("cancelled",),
}
NAMES: dict[JobState, str] = {
    "queued": "pending",
    "running": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "lost": "failed",
    "cancelled": "cancelled",
}
MOST = 500


async def get_jobs(request: web.Request) -> web.Response:
    """Jobs, newest first; ``status`` is a comma-separated filter."""
    services = request.app[SERVICES]
    wanted = [part for part in request.query.get("status", "").split(",") if part]
    if unknown := [part for part in wanted if part not in STATES]:
        raise refuse(400, "jobs.unknown_status", f"There is no status '{unknown[0][:40]}'.")
    states: tuple[JobState, ...] = tuple(dict.fromkeys(state for part in wanted for state in STATES[part]))
    limit, offset = min(number_of(request, "limit", 100), MOST), number_of(request, "offset", 0)
    page = await services.jobs.store.page(states=states, limit=min(limit + offset, 10_000) or 1)
    rows = [_entry(job) for job in page.jobs[offset : offset + limit]]
    more = page.next is not None
    pagination = {"offset": offset, "limit": limit, "total": offset + len(rows) + more, "has_more": more}
    return web.json_response({"jobs": rows, "pagination": pagination})


async def get_job(request: web.Request) -> web.Response:
    """One job with its outputs."""
    store = request.app[SERVICES].jobs.store
    job = await store.get(request.match_info["job_id"])
    if job is None:
        raise refuse(404, "job.unknown", "There is no such job.")
    content = await store.content(job.id)
    outputs = {node: shown for node, ui in job.outputs.items() if (shown := plain_output(ui))}
    workflow = {"prompt": content.graph, "extra_data": content.extra} if content else None
    return web.json_response({**_entry(job), "outputs": outputs, "workflow": workflow})


def _entry(job: Job) -> dict[str, Any]:
    shown = [
        (node, kind, item)
        for node, ui in job.outputs.items()
        for kind, items in plain_output(ui).items()
        for item in items
        if isinstance(item, dict) and "filename" in item
    ]
    first = {**shown[0][2], "nodeId": shown[0][0], "mediaType": shown[0][1]} if shown else None
    return {
        "id": job.id,
        "status": NAMES[job.state],
        "priority": job.priority,
        "create_time": int(job.created * 1000),
        "execution_start_time": int(job.started * 1000) if job.started else None,
        "execution_end_time": int(job.finished * 1000) if job.finished else None,
        "outputs_count": len(shown),
        "preview_output": first,
    }
