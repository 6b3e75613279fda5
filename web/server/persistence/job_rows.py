"""Jobs as rows: synchronous functions for the database thread. Statements are built once and reused."""

import heapq
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from graph_engine.jobs.job import FINAL, Job, JobContent, JobState, NewJob
from graph_engine.jobs.queue import QueuePolicy
from graph_engine.jobs.store import JobPage
from graph_engine.validate.problem import Problem
from web.server.persistence.tables import events, images, job_contents, job_texts, jobs

CHUNK = 500
"""How many ids go into one statement."""
TEXT_LENGTH = 8000
LARGEST = (1 << 31) - 1
"""The largest number that every database's integers hold."""
SEARCH_SPAN = 10_000
"""How many jobs one look of a search reads, so that others get their turn in between."""

ADD = insert(jobs)
ADD_CONTENT = insert(job_contents)
ADD_TEXT = insert(job_texts)
GET = select(jobs).where(jobs.c.id == bindparam("id"))
CONTENT = select(job_contents).where(job_contents.c.job_id == bindparam("id"))
PLACE = update(jobs).where(jobs.c.number == bindparam("job")).values(position=bindparam("place"))
NEWEST = select(jobs).order_by(jobs.c.number.desc()).limit(bindparam("limit"))
NEWEST_BELOW = NEWEST.where(jobs.c.number < bindparam("before"))
OF_STATE = NEWEST.where(jobs.c.state == bindparam("state"), jobs.c.number < bindparam("before"))
HIGHEST = select(jobs.c.number).order_by(jobs.c.number.desc()).limit(1)


def add(connection: Connection, new: NewJob, policy: QueuePolicy) -> Job:
    """Queue a job. The caller has asked whether its id is new and whether there is room."""
    title = new.title.replace("\0", " ")
    values = {
        "id": new.id,
        "position": 0.0 if new.position is None else new.position,
        "state": "queued",
        "title": title,
        "created": new.created,
        "node_count": new.node_count,
        "outputs": "{}",
        "problems": "[]",
        "rank": -new.priority,
        "deaths": 0,
        "retry_of": new.retry_of,
        "batch_id": new.batch_id,
        "batch_index": new.batch_index,
    }
    made = connection.execute(ADD, values).inserted_primary_key
    assert made is not None
    number: int = made[0]
    position = new.position
    if position is None:
        position = policy.position(number, front=new.front)
        connection.execute(PLACE, {"job": number, "place": position})
    connection.execute(ADD_CONTENT, {"job_id": new.id, **_content_values(new.content)})
    text = f"{new.id}\n{title}\n{new.text}".replace("\0", " ").lower()[:TEXT_LENGTH]
    connection.execute(ADD_TEXT, {"number": number, "text": text})
    return Job(
        id=new.id,
        number=number,
        position=position,
        state="queued",
        title=title,
        created=new.created,
        node_count=new.node_count,
        priority=new.priority,
        retry_of=new.retry_of,
        batch_id=new.batch_id,
        batch_index=new.batch_index,
    )


def get(connection: Connection, job_id: str) -> Job | None:
    """See ``JobStore.get``."""
    row = connection.execute(GET, {"id": job_id}).mappings().first()
    return None if row is None else job_of(row)


def known(connection: Connection, job_id: str) -> Job:
    """The job. Raises KeyError."""
    job = get(connection, job_id)
    if job is None:
        raise KeyError(job_id)
    return job


def content(connection: Connection, job_id: str) -> JobContent | None:
    """See ``JobStore.content``."""
    row = connection.execute(CONTENT, {"id": job_id}).mappings().first()
    return None if row is None else content_of(row)


def contents(connection: Connection, job_ids: Sequence[str]) -> dict[str, JobContent]:
    """See ``JobStore.contents``."""
    found: dict[str, JobContent] = {}
    for start in range(0, len(job_ids), CHUNK):
        query = select(job_contents).where(job_contents.c.job_id.in_(job_ids[start : start + CHUNK]))
        found |= {row["job_id"]: content_of(row) for row in connection.execute(query).mappings()}
    return found


def reports(connection: Connection, job_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """See ``JobStore.reports``."""
    found: dict[str, Mapping[str, Any]] = {}
    columns = select(job_contents.c.job_id, job_contents.c.report)
    for start in range(0, len(job_ids), CHUNK):
        query = columns.where(job_contents.c.job_id.in_(job_ids[start : start + CHUNK]))
        found |= {row[0]: json.loads(row[1]) if row[1] else {} for row in connection.execute(query)}
    return found


def page(connection: Connection, states: Sequence[JobState], limit: int, before: int | None) -> JobPage:
    """See ``JobStore.page``. Each state is read along its own index, so that a rare one costs no more than a common."""
    values: dict[str, Any] = {"limit": limit + 1, "before": LARGEST if before is None else bounded(before)}
    if states:
        rows = [connection.execute(OF_STATE, {**values, "state": state}).mappings().all() for state in set(states)]
        found = list(heapq.merge(*rows, key=lambda row: -row["number"]))[: limit + 1]
    elif before is None:
        found = list(connection.execute(NEWEST, {"limit": limit + 1}).mappings())
    else:
        found = list(connection.execute(NEWEST_BELOW, values).mappings())
    return _page([job_of(row) for row in found], limit)


def search_span(
    connection: Connection, words: Sequence[str], states: Sequence[JobState], limit: int, before: int | None
) -> tuple[list[Job], int | None]:
    """Look through the next ``SEARCH_SPAN`` jobs below ``before``; answers those found and where to go on (or None)."""
    highest: int = connection.execute(HIGHEST).scalar() or 0
    top = highest + 1 if before is None else min(bounded(before), highest + 1)
    bottom = top - SEARCH_SPAN
    query = select(jobs).join(job_texts, job_texts.c.number == jobs.c.number)
    query = query.where(job_texts.c.number < top, job_texts.c.number >= bottom)
    for word in words:
        query = query.where(job_texts.c.text.contains(word, autoescape=True))
    if states:
        query = query.where(jobs.c.state.in_(states))
    rows = connection.execute(query.order_by(job_texts.c.number.desc()).limit(limit)).mappings()
    return [job_of(row) for row in rows], bottom if bottom > 1 else None


def delete_finished(connection: Connection, job_ids: Sequence[str] | None) -> tuple[str, ...]:
    """See ``JobStore.delete``."""
    removed: list[str] = []
    for chunk in chunks(job_ids):
        query = select(jobs.c.id, jobs.c.number).where(jobs.c.state.in_(FINAL))
        if chunk is not None:
            query = query.where(jobs.c.id.in_(chunk))
        found = connection.execute(query).all()
        for start in range(0, len(found), CHUNK):
            part = [row[0] for row in found[start : start + CHUNK]]
            connection.execute(delete(events).where(events.c.job_id.in_(part)))
            connection.execute(delete(job_contents).where(job_contents.c.job_id.in_(part)))
            numbers = [row[1] for row in found[start : start + CHUNK]]
            connection.execute(delete(job_texts).where(job_texts.c.number.in_(numbers)))
            connection.execute(delete(jobs).where(jobs.c.id.in_(part)))
        removed += [row[0] for row in found]
    return tuple(removed)


def pictures_by_words(words: Sequence[str]) -> Any:
    """A condition on ``images``: made by a job whose text holds every word."""
    query = select(jobs.c.id).join(job_texts, job_texts.c.number == jobs.c.number)
    for word in words:
        query = query.where(job_texts.c.text.contains(word, autoescape=True))
    return images.c.job_id.in_(query)


def bounded(number: int) -> int:
    """The number, or the nearest that a column can hold: what a caller states may be any."""
    return max(0, min(number, LARGEST))


def chunks(job_ids: Sequence[str] | None) -> list[Sequence[str] | None]:
    """The ids in parts that fit into one statement; None stands for all."""
    if job_ids is None:
        return [None]
    return [job_ids[start : start + CHUNK] for start in range(0, len(job_ids), CHUNK)]


def job_of(row: RowMapping) -> Job:
    """A row of ``jobs``."""
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
        priority=-row["rank"],
        deaths=row["deaths"],
        retry_of=row["retry_of"],
        batch_id=row["batch_id"],
        batch_index=row["batch_index"],
    )


def _page(found: list[Job], limit: int) -> JobPage:
    return JobPage(jobs=tuple(found[:limit]), next=found[limit - 1].number if len(found) > limit else None)


def _content_values(content: JobContent) -> dict[str, Any]:
    return {
        "graph": json.dumps(content.graph),
        "workflow": None if content.workflow is None else json.dumps(content.workflow),
        "targets": None if content.targets is None else json.dumps(content.targets),
        "client_id": content.client_id,
        "extra": json.dumps(content.extra),
        "webhook": content.webhook,
    }


def content_of(row: RowMapping) -> JobContent:
    """A row of ``job_contents``."""
    return JobContent(
        graph=json.loads(row["graph"]),
        workflow=None if row["workflow"] is None else json.loads(row["workflow"]),
        targets=None if row["targets"] is None else tuple(json.loads(row["targets"])),
        client_id=row["client_id"],
        extra=json.loads(row["extra"]),
        webhook=row["webhook"],
    )
