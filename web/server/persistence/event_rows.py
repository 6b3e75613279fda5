"""Events and pictures as rows: synchronous functions for the database thread."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from graph_engine.jobs.picture import Picture
from web.server.events.record import EventRecord
from web.server.persistence.job_rows import bounded, pictures_by_words
from web.server.persistence.tables import events, images


def last_seq(connection: Connection) -> int:
    """The highest stored place in the sequence, 0 when there is none."""
    return connection.execute(select(func.max(events.c.seq))).scalar() or 0


def store(connection: Connection, records: Sequence[EventRecord]) -> None:
    """Write events."""
    if records:
        rows = [
            {"seq": item.seq, "job_id": item.job_id, "time": item.time, "body": json.dumps(item.event)}
            for item in records
        ]
        # What is stored again after a connection broke may have been stored before.
        connection.execute(delete(events).where(events.c.seq >= rows[0]["seq"], events.c.seq <= rows[-1]["seq"]))
        connection.execute(insert(events), rows)


def between(connection: Connection, after: int, upto: int, limit: int) -> list[EventRecord]:
    """Stored events with ``after`` < seq ≤ ``upto``, in order."""
    query = (
        select(events)
        .where(events.c.seq > bounded(after), events.c.seq <= bounded(upto))
        .order_by(events.c.seq)
        .limit(limit)
    )
    return [_record(row) for row in connection.execute(query).mappings()]


def of_job(connection: Connection, job_id: str, after: int, limit: int) -> list[EventRecord]:
    """A job's stored events behind ``after``, in order."""
    query = (
        select(events)
        .where(events.c.job_id == job_id, events.c.seq > bounded(after))
        .order_by(events.c.seq)
        .limit(limit)
    )
    return [_record(row) for row in connection.execute(query).mappings()]


def picture_page(connection: Connection, limit: int, before: int | None, words: Sequence[str] = ()) -> list[Picture]:
    """Pictures, newest first; with ``words`` only those of jobs whose text holds them all."""
    query = select(images).order_by(images.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(images.c.id < bounded(before))
    if words:
        query = query.where(pictures_by_words(words))
    return [Picture(**row) for row in connection.execute(query).mappings()]


def forget_temporary(connection: Connection) -> None:
    """Drop pictures of the temporary folder, which is emptied at every start."""
    connection.execute(delete(images).where(images.c.root == "temp"))


def prune(connection: Connection, keep: int, most: int) -> int:
    """Delete the oldest events beyond the newest ``keep``, at most ``most`` of them; answers how many."""
    threshold = connection.execute(select(events.c.seq).order_by(events.c.seq.desc()).offset(keep).limit(1)).scalar()
    if threshold is None:
        return 0
    oldest = select(events.c.seq).where(events.c.seq <= threshold).order_by(events.c.seq).limit(most)
    return connection.execute(delete(events).where(events.c.seq.in_(oldest))).rowcount


def _record(row: RowMapping) -> EventRecord:
    return EventRecord(seq=row["seq"], job_id=row["job_id"], time=row["time"], event=json.loads(row["body"]))
