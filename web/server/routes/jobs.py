"""Jobs: submit, look, cancel, delete."""

import contextlib
from collections.abc import Generator
from typing import get_args

from graph_engine.jobs.job import Job, JobState
from graph_engine.jobs.queue import QueueFull
from graph_engine.validate.problem import ProblemError
from web.server.endpoint import Call, endpoint
from web.server.job_service import Wish
from web.server.pictures import is_picture
from web.server.refusals import Refusal, refuse
from web.server.schemas.jobs import (
    CancelledCount,
    JobDetail,
    JobList,
    JobModel,
    JobProgress,
    JobsQuery,
    NodeOutput,
    OutputImage,
    RetryJob,
    SubmitJob,
)
from web.server.schemas.problems import ProblemModel
from web.server.services import Services

RETRY_AFTER_SECONDS = 10


@endpoint("POST", "/api/v1/jobs", body=SubmitJob, response=JobModel, status=202, errors=(413, 415, 422, 429, 507))
async def submit_job(call: Call[SubmitJob, None]) -> JobModel:
    """Queue a workflow (or a graph in run form). The answer comes when the job is on disk."""
    body = call.body
    if (body.workflow is None) == (body.graph is None):
        raise refuse(422, "job.one_of_two", "State either a workflow or a graph.", "Send exactly one of the two.")
    wish = Wish(
        workflow=body.workflow,
        graph=body.graph,
        targets=body.targets,
        front=body.front,
        id=body.id,
        title=body.title,
        priority=body.priority,
        webhook=body.webhook,
    )
    with submission():
        await require_webhook(call.services, body.webhook)
        accepted = await call.services.jobs.submit(wish)
    return job_model(call.services, accepted.job)


@endpoint("GET", "/api/v1/jobs", query=JobsQuery, response=JobList)
async def list_jobs(call: Call[None, JobsQuery]) -> JobList:
    """List jobs, newest first."""
    query = call.query
    store, states = call.services.jobs.store, _states(query.state)
    if query.search and query.search.strip():
        page = await store.search(query.search, states=states, limit=query.limit, before=query.before)
    else:
        page = await store.page(states=states, limit=query.limit, before=query.before)
    return JobList(jobs=[job_model(call.services, job) for job in page.jobs], next=page.next)


@endpoint("GET", "/api/v1/jobs/{id}", response=JobDetail, errors=(404,))
async def get_job(call: Call[None, None]) -> JobDetail:
    """Look at one job, with what it runs."""
    store = call.services.jobs.store
    job, content = await store.get(call.part("id")), await store.content(call.part("id"))
    if job is None or content is None:
        raise unknown_job(call.part("id"))
    fields = {name: getattr(job_model(call.services, job), name) for name in JobModel.model_fields}
    return JobDetail(
        **fields,
        workflow=dict(content.workflow) if content.workflow is not None else None,
        graph=dict(content.graph),
        targets=list(content.targets) if content.targets is not None else None,
    )


@endpoint("POST", "/api/v1/jobs/cancel-all", response=CancelledCount)
async def cancel_all_jobs(call: Call[None, None]) -> CancelledCount:
    """Cancel every job that waits or runs."""
    return CancelledCount(cancelled=await call.services.jobs.cancel_all())


@endpoint("POST", "/api/v1/jobs/{id}/cancel", response=JobModel, errors=(404,))
async def cancel_job(call: Call[None, None]) -> JobModel:
    """Cancel a job. One that runs stops at its next step; one that is over stays as it is."""
    job = await call.services.jobs.cancel(call.part("id"))
    if job is None:
        raise unknown_job(call.part("id"))
    return job_model(call.services, job)


@endpoint(
    "POST",
    "/api/v1/jobs/{id}/retry",
    body=RetryJob,
    response=JobModel,
    status=202,
    errors=(404, 409, 413, 415, 422, 429, 507),
)
async def retry_job(call: Call[RetryJob, None]) -> JobModel:
    """Queue what a finished job ran once more, as a new job."""
    with submission():
        job = await call.services.jobs.retry(call.part("id"), call.body.id)
    if job is None:
        raise unknown_job(call.part("id"))
    return job_model(call.services, job)


@endpoint("DELETE", "/api/v1/jobs/{id}", errors=(404, 409))
async def delete_job(call: Call[None, None]) -> None:
    """Forget a finished job. Its pictures stay."""
    job_id = call.part("id")
    if await call.services.jobs.delete([job_id]):
        return
    if await call.services.jobs.store.get(job_id) is None:
        raise unknown_job(job_id)
    raise refuse(409, "job.not_finished", "This job is not over yet.", "Cancel it first.", job=job_id)


def job_model(services: Services, job: Job) -> JobModel:
    """A job as it is told."""
    progress = services.board.get(job.id) if job.state == "running" else None
    return JobModel(
        id=job.id,
        number=job.number,
        state=job.state,
        title=job.title,
        created=job.created,
        started=job.started,
        finished=job.finished,
        node_count=job.node_count,
        progress=JobProgress(**vars(progress)) if progress else None,
        outputs={node: output_model(ui) for node, ui in job.outputs.items()},
        problems=[ProblemModel(**problem.to_json()) for problem in job.problems],
        priority=job.priority,
        retry_of=job.retry_of,
        batch=job.batch_id,
        batch_index=job.batch_index,
    )


def output_model(ui: object) -> NodeOutput:
    """What a node showed, as it is told."""
    shown = dict(ui) if isinstance(ui, dict) else {}
    images = [
        OutputImage(**{name: item[name] for name in OutputImage.model_fields if name in item})
        for item in shown.pop("images", ())
        if is_picture(item)
    ]
    return NodeOutput(images=images, other=shown)


def _states(text: str | None) -> tuple[JobState, ...]:
    wanted = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    known = get_args(JobState)
    if unknown := [part for part in wanted if part not in known]:
        raise refuse(
            422, "job.unknown_state", f"There is no job state '{unknown[0][:40]}'.", f"One of {', '.join(known)}."
        )
    return tuple(state for state in known if state in wanted)


@contextlib.contextmanager
def submission() -> Generator[None]:
    """What can keep a wish from being queued, as refusals."""
    try:
        yield
    except ProblemError as rejected:
        raise Refusal(422, rejected.problems) from rejected
    except QueueFull as full:
        refusal = refuse(429, "queue.full", str(full), "Wait, or cancel some.", limit=full.limit)
        refusal.headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise refusal from full


async def require_webhook(services: Services, url: str | None) -> None:
    """Refuse an address that would never be told, before the job is taken on."""
    if url is not None and (reason := await services.webhooks.refusal(url)) is not None:
        raise refuse(422, "webhook.refused", reason, "Start the server with --webhook-allow HOST to allow it.")


def unknown_job(job_id: str) -> Refusal:
    """There is no such job."""
    return refuse(404, "job.unknown", "There is no such job.", "It may have been deleted.", job=job_id[:128])
