"""Events and pictures as rows: synchronous functions for the database thread."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from web.server.events.record import EventRecord
from web.server.persistence.tables import events, images
from web.server.pictures import NewPicture, Picture


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
        connection.execute(insert(events), rows)


def between(connection: Connection, after: int, upto: int, limit: int) -> list[EventRecord]:
    """Stored events with ``after`` < seq ≤ ``upto``, in order."""
    query = select(events).where(events.c.seq > after, events.c.seq <= upto).order_by(events.c.seq).limit(limit)
    return [_record(row) for row in connection.execute(query).mappings()]


def of_job(connection: Connection, job_id: str, after: int, limit: int) -> list[EventRecord]:
    """A job's stored events behind ``after``, in order."""
    query = select(events).where(events.c.job_id == job_id, events.c.seq > after).order_by(events.c.seq).limit(limit)
    return [_record(row) for row in connection.execute(query).mappings()]


def add_pictures(connection: Connection, pictures: Sequence[NewPicture]) -> None:
    """Remember pictures that a job made."""
    if pictures:
        rows = [
            {
                "job_id": item.job_id,
                "node": item.node,
                "root": item.root,
                "subfolder": item.subfolder,
                "filename": item.filename,
                "width": item.width,
                "height": item.height,
                "created": item.created,
            }
            for item in pictures
        ]
        connection.execute(insert(images), rows)


def picture_page(connection: Connection, limit: int, before: int | None) -> list[Picture]:
    """Pictures, newest first."""
    query = select(images).order_by(images.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(images.c.id < before)
    return [Picture(**row) for row in connection.execute(query).mappings()]


def forget_temporary(connection: Connection) -> None:
    """Drop pictures of the temporary folder, which is emptied at every start."""
    connection.execute(delete(images).where(images.c.root == "temp"))


def _record(row: RowMapping) -> EventRecord:
    return EventRecord(seq=row["seq"], job_id=row["job_id"], time=row["time"], event=json.loads(row["body"]))
