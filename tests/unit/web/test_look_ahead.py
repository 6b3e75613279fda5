"""What is known of the next job, and when it no longer holds."""

import asyncio
from typing import Any, cast

from graph_engine.jobs.job import Job, JobContent
from graph_engine.jobs.store import JobStore
from web.server.look_ahead import LookAhead


def job(number: int, priority: int = 0) -> Job:
    return Job(id=str(number), number=number, position=number, state="queued", title="", created=0.0, priority=priority)


class Line:
    """A store that answers one job, when it is let."""

    def __init__(self, first: Job | None) -> None:
        self.first = first
        self.open = asyncio.Event()

    async def first_waiting(self) -> Any:
        await self.open.wait()
        return None if self.first is None else (self.first, JobContent(graph={}))


async def looked(line: Line) -> LookAhead:
    ahead = LookAhead(cast(JobStore, line))
    ahead.look()
    await asyncio.sleep(0)
    return ahead


async def let(line: Line) -> None:
    line.open.set()
    for _ in range(3):
        await asyncio.sleep(0)


async def test_the_next_job_is_known_once() -> None:
    ahead = await looked(line := Line(job(2)))
    await let(line)
    taken = await ahead.take()
    assert taken is not None and taken[0].id == "2" and await ahead.take() is None


async def test_a_job_that_was_queued_before_it_makes_it_unknown() -> None:
    ahead = await looked(line := Line(job(2)))
    await let(line)
    ahead.added(job(3))
    ahead.added(job(4, priority=1))
    assert await ahead.take() is None


async def test_what_changed_during_the_look_counts_too() -> None:
    ahead = await looked(line := Line(job(2)))
    ahead.added(job(1))
    await let(line)
    assert await ahead.take() is None
    ahead = await looked(line := Line(job(2)))
    ahead.added(job(3))
    await let(line)
    assert await ahead.take() is not None


async def test_a_look_that_was_overtaken_by_a_change_of_order_is_dropped() -> None:
    ahead = await looked(line := Line(job(2)))
    ahead.drop()
    await let(line)
    assert await ahead.take() is None
