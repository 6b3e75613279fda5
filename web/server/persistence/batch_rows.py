"""Batches as rows: synchronous functions for the database thread."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, insert, select

from graph_engine.jobs.batch import Axis, Batch
from graph_engine.jobs.job import Job, JobState, NewJob
from web.server.persistence import job_rows
from web.server.persistence.queue_rows import QueueRoom
from web.server.persistence.tables import batches, jobs


def add(connection: Connection, batch: Batch, new: Sequence[NewJob], room: QueueRoom) -> tuple[Batch, tuple[Job, ...]]:
    """See ``JobStore.add_batch``."""
    if (known := get(connection, batch.id)) is not None:
        return known, ()
    room.admit(connection, len(new))
    values = {
        "id": batch.id,
        "title": batch.title.replace("\0", " "),
        "created": batch.created,
        "axes": json.dumps([axis.to_json() for axis in batch.axes]),
        "total": batch.total,
    }
    connection.execute(insert(batches), values)
    made = tuple(_add_job(connection, item, room) for item in new)
    found = get(connection, batch.id)
    assert found is not None
    return found, made


def _add_job(connection: Connection, new: NewJob, room: QueueRoom) -> Job:
    return job_rows.get(connection, new.id) or job_rows.add(connection, new, room.policy)


def get(connection: Connection, batch_id: str) -> Batch | None:
    """See ``JobStore.batch``."""
    row = connection.execute(select(batches).where(batches.c.id == batch_id)).mappings().first()
    return None if row is None else _batch(row)


def page(connection: Connection, limit: int, before: int | None) -> tuple[Batch, ...]:
    """See ``JobStore.batches``."""
    query = select(batches).order_by(batches.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(batches.c.number < job_rows.bounded(before))
    return tuple(_batch(row) for row in connection.execute(query).mappings())


def counts(connection: Connection, batch_id: str) -> dict[JobState, int]:
    """See ``JobStore.batch_counts``."""
    query = select(jobs.c.state, func.count()).where(jobs.c.batch_id == batch_id).group_by(jobs.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def jobs_of(connection: Connection, batch_id: str, limit: int, after: int) -> tuple[Job, ...]:
    """See ``JobStore.jobs_of_batch``."""
    query = select(jobs).where(jobs.c.batch_id == batch_id, jobs.c.batch_index > max(-1, min(after, job_rows.LARGEST)))
    rows = connection.execute(query.order_by(jobs.c.batch_index).limit(limit)).mappings()
    return tuple(job_rows.job_of(row) for row in rows)


def _batch(row: RowMapping) -> Batch:
    return Batch(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        created=row["created"],
        axes=tuple(Axis.from_json(item) for item in json.loads(row["axes"])),
        total=row["total"],
    )
