"""Jobs as rows: synchronous functions for the database thread."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from graph_engine.jobs.job import FINAL, Job, JobContent, JobState, NewJob, Outputs
from graph_engine.jobs.queue import QueuePolicy
from graph_engine.jobs.store import JobPage, QueueCounts
from graph_engine.validate.problem import Problem
from web.server.persistence.tables import events, job_contents, jobs

CHUNK = 500
"""How many ids go into one statement."""


def add(connection: Connection, new: NewJob, policy: QueuePolicy) -> tuple[Job, bool]:
    """See ``JobStore.add``."""
    if (known := get(connection, new.id)) is not None:
        return known, False
    policy.admit(counts(connection).queued)
    made = connection.execute(
        insert(jobs).values(
            id=new.id,
            position=0.0,
            state="queued",
            title=new.title,
            created=new.created,
            node_count=new.node_count,
            outputs="{}",
            problems="[]",
        )
    ).inserted_primary_key
    assert made is not None
    number: int = made[0]
    position = new.position if new.position is not None else policy.position(number, front=new.front)
    connection.execute(update(jobs).where(jobs.c.number == number).values(position=position))
    content = new.content
    connection.execute(
        insert(job_contents).values(
            job_id=new.id,
            graph=json.dumps(content.graph),
            workflow=None if content.workflow is None else json.dumps(content.workflow),
            targets=None if content.targets is None else json.dumps(content.targets),
            client_id=content.client_id,
            extra=json.dumps(content.extra),
        )
    )
    job = Job(
        id=new.id,
        number=number,
        position=position,
        state="queued",
        title=new.title,
        created=new.created,
        node_count=new.node_count,
    )
    return job, True


def get(connection: Connection, job_id: str) -> Job | None:
    """See ``JobStore.get``."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().first()
    return None if row is None else _job(row)


def content(connection: Connection, job_id: str) -> JobContent | None:
    """See ``JobStore.content``."""
    row = connection.execute(select(job_contents).where(job_contents.c.job_id == job_id)).mappings().first()
    return None if row is None else _content(row)


def contents(connection: Connection, job_ids: Sequence[str]) -> dict[str, JobContent]:
    """See ``JobStore.contents``."""
    found: dict[str, JobContent] = {}
    for start in range(0, len(job_ids), CHUNK):
        query = select(job_contents).where(job_contents.c.job_id.in_(job_ids[start : start + CHUNK]))
        found |= {row["job_id"]: _content(row) for row in connection.execute(query).mappings()}
    return found


def page(connection: Connection, states: Sequence[JobState], limit: int, before: int | None) -> JobPage:
    """See ``JobStore.page``."""
    query = select(jobs).order_by(jobs.c.number.desc()).limit(limit + 1)
    if states:
        query = query.where(jobs.c.state.in_(states))
    if before is not None:
        query = query.where(jobs.c.number < before)
    found = [_job(row) for row in connection.execute(query).mappings()]
    return JobPage(jobs=tuple(found[:limit]), next=found[limit - 1].number if len(found) > limit else None)


def waiting(connection: Connection, limit: int) -> tuple[Job, ...]:
    """See ``JobStore.waiting``."""
    query = select(jobs).where(jobs.c.state == "queued").order_by(jobs.c.position, jobs.c.number).limit(limit)
    return tuple(_job(row) for row in connection.execute(query).mappings())


def take_next(connection: Connection, at: float) -> tuple[Job, JobContent] | None:
    """See ``JobStore.take_next``."""
    first = waiting(connection, 1)
    if not first:
        return None
    job = first[0].moved("running", at=at)
    found = content(connection, job.id)
    if found is None:
        raise KeyError(job.id)
    connection.execute(update(jobs).where(jobs.c.number == job.number).values(state="running", started=at))
    return job, found


def finish(
    connection: Connection, job_id: str, state: JobState, at: float, outputs: Outputs, problems: Sequence[Problem]
) -> Job:
    """See ``JobStore.finish``."""
    job = _known(connection, job_id).moved(state, at=at)
    connection.execute(
        update(jobs)
        .where(jobs.c.number == job.number)
        .values(
            state=state,
            finished=at,
            outputs=json.dumps(outputs),
            problems=json.dumps([problem.to_json() for problem in problems]),
        )
    )
    return _known(connection, job_id)


def requeue(connection: Connection, job_id: str) -> Job:
    """See ``JobStore.requeue``."""
    job = _known(connection, job_id).moved("queued", at=0.0)
    connection.execute(update(jobs).where(jobs.c.number == job.number).values(state="queued", started=None))
    return job


def cancel_queued(connection: Connection, job_ids: Sequence[str] | None, at: float) -> tuple[str, ...]:
    """See ``JobStore.cancel_queued``."""
    cancelled: list[str] = []
    for chunk in _chunks(job_ids):
        query = select(jobs.c.id).where(jobs.c.state == "queued").order_by(jobs.c.position)
        if chunk is not None:
            query = query.where(jobs.c.id.in_(chunk))
        found = list(connection.execute(query).scalars())
        change = update(jobs).where(jobs.c.state == "queued").values(state="cancelled", finished=at)
        connection.execute(change if chunk is None else change.where(jobs.c.id.in_(chunk)))
        cancelled += found
    return tuple(cancelled)


def delete_finished(connection: Connection, job_ids: Sequence[str] | None) -> tuple[str, ...]:
    """See ``JobStore.delete``."""
    removed: list[str] = []
    for chunk in _chunks(job_ids):
        query = select(jobs.c.id).where(jobs.c.state.in_(FINAL))
        if chunk is not None:
            query = query.where(jobs.c.id.in_(chunk))
        found = list(connection.execute(query).scalars())
        for start in range(0, len(found), CHUNK):
            part = found[start : start + CHUNK]
            connection.execute(delete(events).where(events.c.job_id.in_(part)))
            connection.execute(delete(job_contents).where(job_contents.c.job_id.in_(part)))
            connection.execute(delete(jobs).where(jobs.c.id.in_(part)))
        removed += found
    return tuple(removed)


def counts(connection: Connection) -> QueueCounts:
    """See ``JobStore.counts``."""
    query = select(jobs.c.state, func.count()).where(jobs.c.state.in_(("queued", "running"))).group_by(jobs.c.state)
    found: Mapping[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return QueueCounts(queued=found.get("queued", 0), running=found.get("running", 0))


def recover(connection: Connection, at: float) -> tuple[Job, ...]:
    """After a start: jobs that ran when the server last died become ``lost``, with what they had shown until then."""
    problem = Problem(
        code="job.interrupted",
        message="The server stopped while this job ran.",
        remedy="Run it again.",
    )
    lost: list[Job] = []
    for row in list(connection.execute(select(jobs).where(jobs.c.state == "running")).mappings()):
        outputs = _outputs_told(connection, row["id"])
        lost.append(finish(connection, row["id"], "lost", at, outputs, (problem,)))
    return tuple(lost)


def _outputs_told(connection: Connection, job_id: str) -> dict[str, Any]:
    bodies = connection.execute(select(events.c.body).where(events.c.job_id == job_id).order_by(events.c.seq)).scalars()
    told = [json.loads(body) for body in bodies]
    return {item["node"]: item["ui"] for item in told if item["type"] == "node.finished" and item.get("ui")}


def _known(connection: Connection, job_id: str) -> Job:
    job = get(connection, job_id)
    if job is None:
        raise KeyError(job_id)
    return job


def _chunks(job_ids: Sequence[str] | None) -> list[Sequence[str] | None]:
    if job_ids is None:
        return [None]
    return [job_ids[start : start + CHUNK] for start in range(0, len(job_ids), CHUNK)]


def _content(row: RowMapping) -> JobContent:
    return JobContent(
        graph=json.loads(row["graph"]),
        workflow=None if row["workflow"] is None else json.loads(row["workflow"]),
        targets=None if row["targets"] is None else tuple(json.loads(row["targets"])),
        client_id=row["client_id"],
        extra=json.loads(row["extra"]),
    )


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        number=row["number"],
        position=row["position"],
        state=row["state"],
        title=row["title"],
        created=row["created"],
        started=row["started"],
        finished=row["finished"],
        node_count=row["node_count"],
        outputs=json.loads(row["outputs"]),
        problems=tuple(Problem.from_json(item) for item in json.loads(row["problems"])),
    )
