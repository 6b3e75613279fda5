"""The queue as rows: who waits, who runs next, how a job ends. Synchronous, for the database thread."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from graph_engine.jobs.job import IllegalMove, Job, JobContent, JobEnd
from graph_engine.jobs.queue import QueueFull, QueuePolicy
from graph_engine.jobs.store import QueueCounts, Spot
from graph_engine.validate.problem import Problem
from web.server.persistence.job_rows import chunks, content, content_of, job_of, known
from web.server.persistence.tables import deliveries, events, images, job_contents, jobs, settings

PAUSED = "queue.paused"

IN_LINE = (
    select(jobs)
    .where(jobs.c.state == "queued")
    .order_by(jobs.c.rank, jobs.c.position, jobs.c.number)
    .limit(bindparam("limit"))
)
FIRST = (
    select(jobs, *(column for column in job_contents.c if column.name != "job_id"))
    .join(job_contents, job_contents.c.job_id == jobs.c.id)
    .where(jobs.c.state == "queued")
    .order_by(jobs.c.rank, jobs.c.position, jobs.c.number)
    .limit(1)
)
COUNTS = select(jobs.c.state, func.count()).where(jobs.c.state.in_(("queued", "running"))).group_by(jobs.c.state)
BEGIN = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == "queued")
    .values(state="running", started=bindparam("at"))
)
END = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == "running")
    .values(
        state=bindparam("new_state"),
        finished=bindparam("at"),
        outputs=bindparam("shown"),
        problems=bindparam("found"),
    )
)
REPORT = update(job_contents).where(job_contents.c.job_id == bindparam("job")).values(report=bindparam("told"))
REQUEUE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(state="queued", started=None, deaths=jobs.c.deaths + bindparam("died"))
)


class QueueRoom:
    """Whether one more may wait. Counts only when the queue may be full: asking must not cost more as it grows."""

    def __init__(self, policy: QueuePolicy) -> None:
        self.policy = policy
        self._at_most: int | None = None

    def admit(self, connection: Connection, more: int = 1) -> None:
        """Take ``more`` jobs in. Raises ``QueueFull``."""
        if self._at_most is None or self._at_most + more > self.policy.limit:
            self._at_most = counts(connection).queued
        if self._at_most + more > self.policy.limit:
            raise QueueFull(self.policy.limit)
        self._at_most += more

    def gained(self) -> None:
        """Jobs came back into the queue by another way: count anew."""
        self._at_most = None


def counts(connection: Connection) -> QueueCounts:
    """See ``JobStore.counts``."""
    found: Mapping[str, int] = {row[0]: row[1] for row in connection.execute(COUNTS)}
    return QueueCounts(queued=found.get("queued", 0), running=found.get("running", 0))


def waiting(connection: Connection, limit: int, after: Job | None = None) -> tuple[Job, ...]:
    """See ``JobStore.waiting``."""
    query = IN_LINE
    if after is not None:
        rank, position, number = after.place
        query = query.where(
            or_(
                jobs.c.rank > rank,
                and_(jobs.c.rank == rank, jobs.c.position > position),
                and_(jobs.c.rank == rank, jobs.c.position == position, jobs.c.number > number),
            )
        )
    return tuple(job_of(row) for row in connection.execute(query, {"limit": limit}).mappings())


def first_waiting(connection: Connection) -> tuple[Job, JobContent] | None:
    """See ``JobStore.first_waiting``."""
    row = connection.execute(FIRST).mappings().first()
    return None if row is None else (job_of(row), content_of(row))


def take_next(connection: Connection, at: float) -> tuple[Job, JobContent] | None:
    """See ``JobStore.take_next``."""
    first = first_waiting(connection)
    if first is None:
        return None
    connection.execute(BEGIN, {"job": first[0].id, "at": at})
    return first[0].moved("running", at=at), first[1]


def finish(connection: Connection, job_id: str, end: JobEnd, then: str | None) -> bool:
    """See ``JobStore.finish``."""
    values = {
        "job": job_id,
        "new_state": end.state,
        "at": end.at,
        "shown": json.dumps(end.outputs),
        "found": json.dumps([problem.to_json() for problem in end.problems]),
    }
    if connection.execute(END, values).rowcount != 1:
        raise IllegalMove(job_id, known(connection, job_id).state, end.state)
    if end.report:
        connection.execute(REPORT, {"job": job_id, "told": json.dumps(end.report)})
    if end.pictures:
        connection.execute(insert(images), [vars(item) for item in end.pictures])
    if end.webhooks:
        rows = [{"job_id": job_id, "url": url, "attempts": 0, "due": end.at} for url in end.webhooks]
        connection.execute(insert(deliveries), rows)
    return then is None or connection.execute(BEGIN, {"job": then, "at": end.at}).rowcount == 1


def requeue(connection: Connection, job_id: str, died: bool) -> Job:
    """See ``JobStore.requeue``."""
    known(connection, job_id).moved("queued", at=0.0)
    connection.execute(REQUEUE, {"job": job_id, "died": int(died)})
    return known(connection, job_id)


def cancel_queued(
    connection: Connection, job_ids: Sequence[str] | None, at: float, batch_id: str | None = None
) -> tuple[str, ...]:
    """See ``JobStore.cancel_queued``."""
    cancelled: list[str] = []
    for chunk in chunks(job_ids):
        conditions = [jobs.c.state == "queued"]
        if chunk is not None:
            conditions.append(jobs.c.id.in_(chunk))
        if batch_id is not None:
            conditions.append(jobs.c.batch_id == batch_id)
        cancelled += connection.execute(select(jobs.c.id).where(*conditions).order_by(jobs.c.position)).scalars()
        connection.execute(update(jobs).where(*conditions).values(state="cancelled", finished=at))
    return tuple(cancelled)


def move(connection: Connection, job_id: str, spot: Spot, other: str | None) -> Job:
    """See ``JobStore.move``."""
    job = _waits(connection, job_id)
    rank, position = -job.priority, job.position
    if spot in ("front", "back"):
        edge = func.min if spot == "front" else func.max
        query = select(edge(jobs.c.position)).where(jobs.c.state == "queued", jobs.c.rank == rank)
        found = connection.execute(query.where(jobs.c.id != job_id)).scalar()
        position = job.position if found is None else found + (-1.0 if spot == "front" else 1.0)
    else:
        neighbour = _waits(connection, other or "")
        rank = -neighbour.priority
        position = _beside(connection, job, neighbour, spot)
    values = {"rank": rank, "position": position}
    connection.execute(update(jobs).where(jobs.c.number == job.number).values(values))
    return known(connection, job_id)


def set_priority(connection: Connection, job_id: str, priority: int) -> Job:
    """See ``JobStore.set_priority``."""
    job = _waits(connection, job_id)
    connection.execute(update(jobs).where(jobs.c.number == job.number).values(rank=-priority))
    return known(connection, job_id)


def is_paused(connection: Connection) -> bool:
    """See ``JobStore.paused``."""
    found = connection.execute(select(settings.c.value).where(settings.c.name == PAUSED)).scalar()
    return found == "1"


def set_paused(connection: Connection, paused: bool) -> None:
    """See ``JobStore.pause``."""
    value = "1" if paused else "0"
    changed = connection.execute(update(settings).where(settings.c.name == PAUSED).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(settings), {"name": PAUSED, "value": value})


def recover(connection: Connection, at: float, requeue_lost: bool) -> tuple[list[Job], list[Job]]:
    """After a start: jobs that ran when the server last died become ``lost``, with what they had shown until then.

    With ``requeue_lost`` one that was never before cut off like that goes back to its place in the queue instead.
    Answers (lost, queued again).
    """
    lost: list[Job] = []
    again: list[Job] = []
    for row in list(connection.execute(select(jobs).where(jobs.c.state == "running")).mappings()):
        job = job_of(row)
        if requeue_lost and job.deaths == 0:
            again.append(requeue(connection, job.id, died=True))
            continue
        told = content(connection, job.id)
        end = JobEnd(
            state="lost",
            at=at,
            outputs=_outputs_told(connection, job.id),
            problems=(_interrupted(job.deaths),),
            webhooks=(told.webhook,) if told and told.webhook else (),
        )
        finish(connection, job.id, end, None)
        lost.append(known(connection, job.id))
    return lost, again


def _interrupted(deaths: int) -> Problem:
    if deaths:
        message = "The server or its worker stopped while this job ran, for the second time; it was not queued again."
        return Problem(code="job.poison", message=message, remedy="Look into the log before you run it again.")
    message = "The server stopped while this job ran."
    return Problem(code="job.interrupted", message=message, remedy="Run it again.")


def _waits(connection: Connection, job_id: str) -> Job:
    job = known(connection, job_id)
    if job.state != "queued":
        raise IllegalMove(job_id, job.state, "queued")
    return job


def _beside(connection: Connection, job: Job, neighbour: Job, spot: Spot) -> float:
    """A position between the neighbour and the one beyond it; the queue is numbered anew when there is no room."""
    others = [item for item in _near(connection, neighbour, spot) if item.id != job.id]
    step = -1.0 if spot == "before" else 1.0
    if not others:
        return neighbour.position + step
    position = (neighbour.position + others[0].position) / 2
    if position not in (neighbour.position, others[0].position):
        return position
    line: list[int] = list(connection.execute(_numbers_in_line(-neighbour.priority)).scalars())
    places = [{"job": number, "place": float(index)} for index, number in enumerate(line)]
    connection.execute(
        update(jobs).where(jobs.c.number == bindparam("job")).values(position=bindparam("place")), places
    )
    return line.index(neighbour.number) + step / 2


def _near(connection: Connection, neighbour: Job, spot: Spot) -> list[Job]:
    rank, position, number = neighbour.place
    query = select(jobs).where(jobs.c.state == "queued", jobs.c.rank == rank).limit(2)
    if spot == "after":
        behind = or_(jobs.c.position > position, and_(jobs.c.position == position, jobs.c.number > number))
        query = query.where(behind).order_by(jobs.c.position, jobs.c.number)
    else:
        ahead = or_(jobs.c.position < position, and_(jobs.c.position == position, jobs.c.number < number))
        query = query.where(ahead).order_by(jobs.c.position.desc(), jobs.c.number.desc())
    return [job_of(row) for row in connection.execute(query).mappings()]


def _numbers_in_line(rank: int) -> Any:
    query = select(jobs.c.number).where(jobs.c.state == "queued", jobs.c.rank == rank)
    return query.order_by(jobs.c.position, jobs.c.number)


def _outputs_told(connection: Connection, job_id: str) -> dict[str, Any]:
    bodies = connection.execute(select(events.c.body).where(events.c.job_id == job_id).order_by(events.c.seq)).scalars()
    told = [json.loads(body) for body in bodies]
    return {item["node"]: item["ui"] for item in told if item["type"] == "node.finished" and item.get("ui")}
