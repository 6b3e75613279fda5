"""``/history``: jobs that ran, in ComfyUI's form."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from compat.comfyui.server.messages import exception_type, plain_output, stated_inputs
from compat.comfyui.server.queue import ids_of, number_of, queue_items, read_object
from graph_engine.jobs.job import FINAL, Job
from web.server.services import SERVICES, Services

DEFAULT_ITEMS = 1000


async def get_history(request: web.Request) -> web.Response:
    """The last jobs that ran, oldest first."""
    services = request.app[SERVICES]
    wanted = number_of(request, "max_items", DEFAULT_ITEMS)
    offset = number_of(request, "offset", -1)
    found = await services.jobs.store.page(states=tuple(FINAL), limit=min(wanted + max(offset, 0), 10_000) or 1)
    ran = [job for job in reversed(found.jobs) if job.started is not None]
    chosen = ran[offset : offset + wanted] if offset >= 0 else ran[len(ran) - min(wanted, len(ran)) :]
    return web.json_response(await _entries(services, chosen))


async def get_history_of(request: web.Request) -> web.Response:
    """One job that ran; an empty object when there is none or it is not over."""
    services = request.app[SERVICES]
    job = await services.jobs.store.get(request.match_info["prompt_id"])
    if job is None or not job.is_final or job.started is None:
        return web.json_response({})
    return web.json_response(await _entries(services, [job]))


async def post_history(request: web.Request) -> web.Response:
    """Forget jobs: all that ran (``clear``), or by id (``delete``)."""
    services = request.app[SERVICES]
    body = await read_object(request)
    if body.get("clear"):
        await services.jobs.delete(None)
    await services.jobs.delete(ids_of(body))
    return web.Response()


async def _entries(services: Services, jobs: Sequence[Job]) -> dict[str, Any]:
    items = {item[1]: item for item in await queue_items(services, jobs)}
    reports = await services.jobs.store.reports([job.id for job in jobs])
    return {job.id: _entry(job, items[job.id], reports.get(job.id, {})) for job in jobs if job.id in items}


def _entry(job: Job, item: list[Any], report: Mapping[str, Any]) -> dict[str, Any]:
    expanded: Mapping[str, Any] = report.get("expanded") or {}
    own: Mapping[str, Any] = report.get("own", {}) if expanded else job.outputs
    outputs = {**own, **{node: shown["ui"] for node, shown in expanded.items()}}
    return {
        "prompt": item,
        "outputs": {node: shown for node, ui in outputs.items() if (shown := plain_output(ui))},
        "status": {
            "status_str": "success" if job.state == "succeeded" else "error",
            "completed": job.state == "succeeded",
            "messages": _messages(job, item[2], report),
        },
        "meta": {node: _meta(node, expanded.get(node)) for node in outputs},
    }


def _meta(node: str, place: Mapping[str, Any] | None) -> dict[str, Any]:
    """Under which ids a node is known; ``place`` where it came of an expansion."""
    if place is None:
        return {"node_id": node, "display_node": node, "parent_node": None, "real_node_id": node}
    return {
        "node_id": node,
        "display_node": place["display"],
        "parent_node": place["parent"],
        "real_node_id": place["real"],
    }


def _messages(job: Job, graph: Mapping[str, Any], report: Mapping[str, Any]) -> list[list[Any]]:
    begun = {"prompt_id": job.id, "timestamp": int((job.started or 0) * 1000)}
    ended: dict[str, Any] = {"prompt_id": job.id, "timestamp": int((job.finished or 0) * 1000)}
    if job.state == "succeeded":
        last = ["execution_success", ended]
    elif job.state == "cancelled":
        last = ["execution_interrupted", {**ended, "node_id": None, "node_type": None, "executed": list(job.outputs)}]
    else:
        last = ["execution_error", {**ended, **_failure(job, graph, report.get("failed") or {})}]
    cached = ["execution_cached", {"nodes": report.get("cached", []), **begun}]
    return [["execution_start", begun], cached, last]


def _failure(job: Job, graph: Mapping[str, Any], failed: Mapping[str, Any]) -> dict[str, Any]:
    problem = job.problems[0] if job.problems else None
    node = failed.get("node") or (problem.node if problem else None)
    executed = failed.get("executed", list(job.outputs))
    return {
        "node_id": node,
        "node_type": graph.get(node, {}).get("class_type") if node else None,
        "executed": executed,
        "exception_message": problem.message if problem else "",
        "exception_type": exception_type(problem.code, problem.params) if problem else "",
        "traceback": str(failed.get("details", "")).splitlines(keepends=True),
        "current_inputs": failed.get("inputs") or (stated_inputs(graph, node) if node else {}),
        "current_outputs": executed,
    }
