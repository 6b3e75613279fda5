"""Batches: submit, look at the grid, cancel."""

from typing import Any

from graph_engine.jobs.batch import Axis, AxisInput, Batch, point
from graph_engine.jobs.job import Job
from web.server.batch_service import BatchWish
from web.server.endpoint import Call, endpoint
from web.server.job_service import Wish
from web.server.refusals import Refusal, refuse
from web.server.routes.jobs import output_model, require_webhook, submission
from web.server.schemas.batches import (
    AxisInputModel,
    AxisModel,
    BatchCell,
    BatchesQuery,
    BatchGrid,
    BatchList,
    BatchModel,
    BatchProgress,
    CellsQuery,
    SubmitBatch,
)
from web.server.schemas.jobs import CancelledCount
from web.server.services import Services


@endpoint(
    "POST", "/api/v1/batches", body=SubmitBatch, response=BatchModel, status=202, errors=(413, 415, 422, 429, 507)
)
async def submit_batch(call: Call[SubmitBatch, None]) -> BatchModel:
    """Queue a job for every point of a grid. The answer comes when all of them are on disk."""
    body = call.body
    if (body.workflow is None) == (body.graph is None):
        raise refuse(422, "job.one_of_two", "State either a workflow or a graph.", "Send exactly one of the two.")
    base = Wish(
        workflow=body.workflow,
        graph=body.graph,
        targets=body.targets,
        title=body.title,
        priority=body.priority,
        webhook=body.webhook,
    )
    wish = BatchWish(base=base, axes=tuple(_axis(item) for item in body.axes), id=body.id)
    with submission():
        await require_webhook(call.services, body.webhook)
        batch = await call.services.batches.submit(wish)
    return BatchModel(**await _fields(call.services, batch))


@endpoint("GET", "/api/v1/batches", query=BatchesQuery, response=BatchList)
async def list_batches(call: Call[None, BatchesQuery]) -> BatchList:
    """List batches, newest first."""
    query = call.query
    found = await call.services.jobs.store.batches(limit=query.limit + 1, before=query.before)
    page = found[: query.limit]
    batches = [BatchModel(**await _fields(call.services, batch)) for batch in page]
    return BatchList(batches=batches, next=page[-1].number if len(found) > len(page) else None)


@endpoint("GET", "/api/v1/batches/{id}", query=CellsQuery, response=BatchGrid, errors=(404,))
async def get_batch(call: Call[None, CellsQuery]) -> BatchGrid:
    """Look at a batch: its progress, and its results as a grid."""
    batch = await _known(call.services, call.part("id"))
    limit, after = call.query.limit, call.query.after
    found = await call.services.jobs.store.jobs_of_batch(batch.id, limit=limit + 1, after=after)
    cells = [_cell(batch, job) for job in found[:limit]]
    following = cells[-1].index if len(found) > limit else None
    return BatchGrid(**await _fields(call.services, batch), cells=cells, next=following)


@endpoint("POST", "/api/v1/batches/{id}/cancel", response=CancelledCount, errors=(404,))
async def cancel_batch(call: Call[None, None]) -> CancelledCount:
    """Cancel what waits or runs of a batch."""
    batch = await _known(call.services, call.part("id"))
    return CancelledCount(cancelled=await call.services.batches.cancel(batch.id))


async def _known(services: Services, batch_id: str) -> Batch:
    batch = await services.jobs.store.batch(batch_id)
    if batch is None:
        raise _unknown(batch_id)
    return batch


def _unknown(batch_id: str) -> Refusal:
    return refuse(404, "batch.unknown", "There is no such batch.", batch=batch_id[:128])


async def _fields(services: Services, batch: Batch) -> dict[str, Any]:
    counts = await services.jobs.store.batch_counts(batch.id)
    return {
        "id": batch.id,
        "number": batch.number,
        "title": batch.title,
        "created": batch.created,
        "axes": [_axis_model(axis) for axis in batch.axes],
        "total": batch.total,
        "progress": BatchProgress(**counts),
    }


def _cell(batch: Batch, job: Job) -> BatchCell:
    index = job.batch_index or 0
    images = [image for ui in job.outputs.values() for image in output_model(ui).images]
    steps = list(point(batch.axes, index))
    return BatchCell(index=index, steps=steps, job=job.id, state=job.state, images=images)


def _axis(model: AxisModel) -> Axis:
    inputs = tuple(AxisInput(node=item.node, input=item.input, values=tuple(item.values)) for item in model.inputs)
    return Axis(title=model.title, inputs=inputs)


def _axis_model(axis: Axis) -> AxisModel:
    inputs = [AxisInputModel(node=item.node, input=item.input, values=list(item.values)) for item in axis.inputs]
    return AxisModel(title=axis.title, inputs=inputs)
