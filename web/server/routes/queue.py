"""The queue: look, pause, resume, put in another order."""

from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.routes.jobs import job_model, unknown_job
from web.server.schemas.jobs import JobModel, MoveJob, SetPriority
from web.server.schemas.queue import QueueJobs, QueueQuery
from web.server.schemas.system import QueueModel
from web.server.services import Services


@endpoint("GET", "/api/v1/queue", query=QueueQuery, response=QueueJobs, errors=(404,))
async def get_queue(call: Call[None, QueueQuery]) -> QueueJobs:
    """List waiting jobs in the order in which they will run."""
    store, after = call.services.jobs.store, None
    if call.query.after is not None:
        after = await store.get(call.query.after)
        if after is None:
            raise unknown_job(call.query.after)
    found = await store.waiting(call.query.limit + 1, after)
    page = found[: call.query.limit]
    return QueueJobs(
        queue=await _queue(call.services),
        waiting=[job_model(call.services, job) for job in page],
        next=page[-1].id if len(found) > len(page) else None,
    )


@endpoint("POST", "/api/v1/queue/pause", response=QueueModel, errors=(507,))
async def pause_queue(call: Call[None, None]) -> QueueModel:
    """Let no further job begin; the running one goes on. Kept over restarts."""
    await call.services.jobs.pause(True)
    return await _queue(call.services)


@endpoint("POST", "/api/v1/queue/resume", response=QueueModel, errors=(507,))
async def resume_queue(call: Call[None, None]) -> QueueModel:
    """Let jobs begin again."""
    await call.services.jobs.pause(False)
    return await _queue(call.services)


@endpoint("POST", "/api/v1/jobs/{id}/move", body=MoveJob, response=JobModel, errors=(404, 409, 422))
async def move_job(call: Call[MoveJob, None]) -> JobModel:
    """Give a waiting job another place. Beside a job of another priority it takes that priority."""
    stated = [(name, value) for name, value in call.body if value is not None]
    if len(stated) != 1:
        raise refuse(422, "job.one_of_three", "State one of 'to', 'before' and 'after'.")
    name, value = stated[0]
    try:
        if name == "to":
            job = await call.services.jobs.move(call.part("id"), value)
        else:
            job = await call.services.jobs.move(call.part("id"), "before" if name == "before" else "after", value)
    except KeyError as missing:
        raise unknown_job(str(missing.args[0])) from None
    return job_model(call.services, job)


@endpoint("POST", "/api/v1/jobs/{id}/priority", body=SetPriority, response=JobModel, errors=(404, 409, 422))
async def set_job_priority(call: Call[SetPriority, None]) -> JobModel:
    """Give a waiting job another priority: a higher one runs first."""
    try:
        job = await call.services.jobs.set_priority(call.part("id"), call.body.priority)
    except KeyError:
        raise unknown_job(call.part("id")) from None
    return job_model(call.services, job)


async def _queue(services: Services) -> QueueModel:
    counts = await services.jobs.counts()
    return QueueModel(queued=counts.queued, running=counts.running, paused=services.jobs.paused)
