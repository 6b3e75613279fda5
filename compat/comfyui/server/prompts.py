"""``/prompt``: ComfyUI's way to submit, over the same queue as our own."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from compat.comfyui.canvas.reading import is_canvas
from compat.comfyui.server.errors import error_object, node_errors, prompt_error, refuses_whole
from compat.comfyui.server.socket import OWNERS
from graph_engine.document.workflow import is_workflow
from graph_engine.jobs.job import Job
from graph_engine.jobs.queue import QueueFull
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import ProblemError
from web.server.body import read_json
from web.server.job_service import Rejected, Wish
from web.server.services import SERVICES
from web.server.workflow_forms import WorkflowForms

SECRET = re.compile(r"(?i)api_?key|auth_?token|secret|password")
ID_LENGTH = 128


async def get_prompt(request: web.Request) -> web.Response:
    """How many jobs are not done."""
    counts = await request.app[SERVICES].jobs.counts()
    return web.json_response({"exec_info": {"queue_remaining": counts.queued + counts.running}})


async def post_prompt(request: web.Request) -> web.Response:
    """Queue a prompt. Outputs with errors are left out while the rest runs; with none left it is refused."""
    services = request.app[SERVICES]
    body = await read_json(request, services.settings.limits)
    if is_canvas(body):
        body = {"prompt": body}
    if not isinstance(body, dict) or not isinstance(body.get("prompt"), dict):
        return _refused(error_object("no_prompt", "No prompt provided", "No prompt provided"))
    try:
        prompt, body = await _run_form(services.forms, body, services.node_types.catalogue)
    except ProblemError as bad:
        return _refused(error_object("invalid_prompt", str(bad), str(bad)))
    try:
        wish = _wish(body, prompt)
    except ValueError as bad:
        return _refused(error_object("invalid_prompt", str(bad), str(bad)))
    if wish.id is not None and (known := await services.jobs.store.get(wish.id)) is not None:
        return _accepted(known, {})
    catalogue = services.node_types.catalogue
    try:
        accepted = await services.jobs.submit(wish)
    except Rejected as rejected:
        found = rejected.validation
        return _refused(prompt_error(found, prompt), node_errors(found, prompt, catalogue))
    except QueueFull as full:
        return _refused(error_object("queue_full", str(full)), status=429)
    request.app[OWNERS].note(accepted.job.id, wish.client_id, prompt)
    errors = node_errors(accepted.validation, prompt, catalogue) if accepted.validation else {}
    return _accepted(accepted.job, errors)


async def _run_form(
    forms: WorkflowForms, body: dict[str, Any], catalogue: Catalogue
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The prompt in run form, whichever form it came in; a canvas goes along, to be written into pictures."""
    given: dict[str, Any] = body["prompt"]
    if not is_canvas(given) and not is_workflow(given):
        return given, body
    graph, _ = await asyncio.to_thread(forms.convert, given, "graph", catalogue)
    extra = body.get("extra_data")
    extra = dict(extra) if isinstance(extra, dict) else {}
    told = extra.get("extra_pnginfo")
    key = "workflow" if is_canvas(given) else "noiseloom"
    extra["extra_pnginfo"] = {key: given, **(told if isinstance(told, dict) else {})}
    return dict(graph), {**body, "extra_data": extra}


def _wish(body: Mapping[str, Any], prompt: dict[str, Any]) -> Wish:
    extra = body.get("extra_data")
    extra = {name: item for name, item in extra.items() if not SECRET.search(name)} if isinstance(extra, dict) else {}
    client_id = body.get("client_id")
    if client_id is not None:
        extra["client_id"] = client_id = str(client_id)
    job_id = body.get("prompt_id")
    if job_id is not None and (not str(job_id) or len(str(job_id)) > ID_LENGTH):
        raise ValueError(f"prompt_id must be 1 to {ID_LENGTH} characters long")
    number = body.get("number")
    if number is not None and (isinstance(number, bool) or not isinstance(number, (int, float))):
        raise ValueError("number must be a number")
    targets = body.get("partial_execution_targets")
    if targets is not None and not (isinstance(targets, list) and all(isinstance(item, str) for item in targets)):
        raise ValueError("partial_execution_targets must be a list of node ids")
    return Wish(
        graph=prompt,
        targets=targets,
        front=bool(body.get("front")),
        position=None if number is None else float(number),
        id=None if job_id is None else str(job_id),
        accept=lambda found: not refuses_whole(found),
        client_id=client_id,
        extra=extra,
    )


def queue_number(job: Job) -> float:
    """The job's place in the queue as ComfyUI states it: whole where it is whole."""
    return int(job.position) if job.position.is_integer() else job.position


def _accepted(job: Job, errors: Mapping[str, Any]) -> web.Response:
    return web.json_response({"prompt_id": job.id, "number": queue_number(job), "node_errors": errors})


def _refused(error: Mapping[str, Any], errors: Mapping[str, Any] | None = None, *, status: int = 400) -> web.Response:
    return web.json_response({"error": error, "node_errors": errors or {}}, status=status)
