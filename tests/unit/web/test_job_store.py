"""Jobs, queue and batches on real databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert

from graph_engine.jobs.batch import Axis, AxisInput, Batch
from graph_engine.jobs.job import IllegalMove, JobContent, JobEnd, JobState, NewJob
from graph_engine.jobs.picture import NewPicture
from graph_engine.jobs.queue import QueueFull, QueuePolicy
from graph_engine.validate.problem import Problem
from web.server.events.record import EventRecord
from web.server.persistence.database import Database
from web.server.persistence.event_store import DatabaseEventStore, DatabasePictureStore
from web.server.persistence.job_store import DatabaseJobStore
from web.server.persistence.tables import events


def new(name: str, *, graph: dict[str, object] | None = None, **more: Any) -> NewJob:
    content = JobContent(graph=graph or {}, workflow={"title": name}, targets=("1",), client_id="c", extra={"a": 1})
    return NewJob(id=name, title=name, created=1.0, node_count=1, content=content, **more)


def end(state: JobState = "succeeded", **more: Any) -> JobEnd:
    return JobEnd(state=state, at=3.0, **more)


async def line(store: DatabaseJobStore) -> list[str]:
    return [job.id for job in await store.waiting(20)]


async def test_a_job_keeps_everything_it_was_given(store: DatabaseJobStore) -> None:
    graph = {"1": {"class_type": "K", "inputs": {"seed": 2**64 - 1, "text": "a\0b 😀"}}}
    job, is_new = await store.add(new("a", graph=graph))
    content = await store.content("a")
    assert is_new and content is not None and job == await store.get("a")
    assert (content.graph, content.targets, content.client_id, content.extra) == (graph, ("1",), "c", {"a": 1})
    assert await store.add(new("a")) == (job, False)


async def test_jobs_are_taken_in_order_and_end_once(store: DatabaseJobStore) -> None:
    for name in ("a", "b"):
        await store.add(new(name))
    await store.add(new("urgent", front=True))
    assert await line(store) == ["urgent", "a", "b"]
    taken = await store.take_next(at=2.0)
    assert taken is not None and taken[0].id == "urgent" and taken[0].state == "running"
    problem = Problem(code="x", message="y")
    assert await store.finish("urgent", end("failed", outputs={"1": {"images": [1]}}, problems=(problem,)))
    ended = await store.get("urgent")
    assert ended is not None and (ended.state, ended.finished, ended.problems) == ("failed", 3.0, (problem,))
    with pytest.raises(IllegalMove):
        await store.finish("urgent", end())
    with pytest.raises(KeyError):
        await store.finish("none", end())


async def test_the_end_of_one_job_and_the_beginning_of_the_next_are_one(store: DatabaseJobStore) -> None:
    for name in ("a", "b"):
        await store.add(new(name))
    await store.take_next(at=1.0)
    assert await store.finish("a", end(report={"cached": ["1"]}), then="b")
    assert [(await store.counts()).running, (await store.get("b")).state] == [1, "running"]  # pyright: ignore
    assert await store.reports(["a", "b"]) == {"a": {"cached": ["1"]}, "b": {}}


async def test_a_next_job_that_was_cancelled_in_between_does_not_begin(store: DatabaseJobStore) -> None:
    for name in ("a", "b"):
        await store.add(new(name))
    await store.take_next(at=1.0)
    await store.cancel_queued(["b"], at=1.5)
    assert not await store.finish("a", end(), then="b")
    assert (await store.get("a")).state == "succeeded"  # pyright: ignore


async def test_a_higher_priority_goes_first_and_can_be_changed(store: DatabaseJobStore) -> None:
    await store.add(new("low", priority=-1))
    for name in ("a", "b"):
        await store.add(new(name))
    await store.add(new("high", priority=5))
    assert await line(store) == ["high", "a", "b", "low"]
    assert (await store.set_priority("low", 9)).priority == 9
    assert await line(store) == ["low", "high", "a", "b"]


async def test_waiting_jobs_can_be_moved_before_and_after_others(store: DatabaseJobStore) -> None:
    for name in "abcd":
        await store.add(new(name))
    await store.move("d", "before", "b")
    assert await line(store) == ["a", "d", "b", "c"]
    await store.move("a", "after", "c")
    assert await line(store) == ["d", "b", "c", "a"]
    await store.move("c", "front")
    await store.move("d", "back")
    assert await line(store) == ["c", "b", "a", "d"]
    with pytest.raises(KeyError):
        await store.move("a", "before", "none")


async def test_the_queue_is_numbered_anew_when_there_is_no_room_between_two(store: DatabaseJobStore) -> None:
    for name in "abc":
        await store.add(new(name))
    for _ in range(70):  # each halves the gap: a double has 52 bits for it
        await store.move("c", "after", "a")
        await store.move("b", "after", "a")
    assert await line(store) == ["a", "b", "c"]


async def test_a_moved_job_takes_its_neighbours_priority(store: DatabaseJobStore) -> None:
    await store.add(new("a"))
    await store.add(new("high", priority=3))
    assert (await store.move("a", "before", "high")).priority == 3
    assert await line(store) == ["a", "high"]


async def test_a_job_that_no_longer_waits_cannot_be_moved(store: DatabaseJobStore) -> None:
    await store.add(new("a"))
    await store.take_next(at=1.0)
    with pytest.raises(IllegalMove):
        await store.move("a", "front")
    with pytest.raises(IllegalMove):
        await store.set_priority("a", 1)


async def test_the_queue_is_read_in_pages(store: DatabaseJobStore) -> None:
    for name in "abcde":
        await store.add(new(name, priority=1 if name == "d" else 0))
    first = await store.waiting(2)
    rest = await store.waiting(9, after=first[-1])
    assert [job.id for job in (*first, *rest)] == ["d", "a", "b", "c", "e"]


async def test_a_requeued_job_is_first_again_and_its_deaths_are_counted(store: DatabaseJobStore) -> None:
    for name in ("a", "b"):
        await store.add(new(name))
    await store.take_next(at=1.0)
    job = await store.requeue("a")
    assert job.started is None and job.deaths == 0
    await store.take_next(at=1.0)
    assert (await store.requeue("a", died=True)).deaths == 1
    assert await line(store) == ["a", "b"]


async def test_one_task_that_fails_does_not_take_the_others_of_its_commit_with_it(store: DatabaseJobStore) -> None:
    tasks: list[Any] = [store.add(new("a")), store.finish("none", end()), store.add(new("b"))]
    first, failed, second = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(failed, KeyError) and first[1] and second[1]
    assert (await store.counts()).queued == 2


async def test_the_queue_has_an_end(store: DatabaseJobStore) -> None:
    for name in "abcde":
        await store.add(new(name))
    with pytest.raises(QueueFull):
        await store.add(new("f"))
    assert await store.cancel_queued(None, at=2.0) == tuple("abcde")
    await store.add(new("f"))


async def test_only_finished_jobs_are_deleted_and_numbers_are_not_used_again(store: DatabaseJobStore) -> None:
    for name in ("a", "b"):
        await store.add(new(name))
    await store.cancel_queued(["b"], at=1.0)
    assert await store.delete(["a", "b", "none"]) == ("b",)
    job, _ = await store.add(new("c"))
    assert job.number == 3 and await store.content("b") is None


async def ran_with_a_picture(store: DatabaseJobStore, database: Database) -> None:
    await store.add(new("a"))
    await store.take_next(at=1.0)
    body = '{"type": "node.finished", "node": "9", "ui": {"images": [{"filename": "x.png"}]}}'
    event = {"seq": 1, "job_id": "a", "time": 0, "body": body}
    await database.write(lambda connection: connection.execute(insert(events), event))


async def test_what_ran_when_the_server_died_is_lost_with_what_it_had_shown(
    store: DatabaseJobStore, database: Database
) -> None:
    await ran_with_a_picture(store, database)
    (lost,), again = await store.recover(at=2.0)
    assert lost.state == "lost" and lost.problems[0].code == "job.interrupted" and again == []
    assert lost.outputs == {"9": {"images": [{"filename": "x.png"}]}}


async def test_what_ran_waits_again_where_that_is_wished_but_only_once(
    store: DatabaseJobStore, database: Database
) -> None:
    await ran_with_a_picture(store, database)
    lost, (again,) = await store.recover(at=2.0, requeue_lost=True)
    assert lost == [] and again.state == "queued" and await line(store) == ["a"]
    await store.take_next(at=3.0)
    (lost,), again = await store.recover(at=4.0, requeue_lost=True)
    assert lost.problems[0].code == "job.poison" and again == []


async def test_a_pause_outlives_the_store(store: DatabaseJobStore, database: Database) -> None:
    assert not await store.paused()
    await store.pause(True)
    assert await DatabaseJobStore(database, QueuePolicy()).paused()
    await store.pause(False)
    assert not await store.paused()


async def test_pages_of_several_states_are_newest_first(store: DatabaseJobStore) -> None:
    for index, name in enumerate("abcde"):
        await store.add(new(name))
        if index % 2:
            await store.cancel_queued([name], at=1.0)
        elif index < 4:
            await store.take_next(at=1.0)
            await store.finish(name, end())
    page = await store.page(states=("succeeded", "cancelled"), limit=3)
    assert [job.id for job in page.jobs] == ["d", "c", "b"] and page.next == page.jobs[-1].number
    rest = await store.page(states=("succeeded", "cancelled"), limit=3, before=page.next)
    assert [job.id for job in rest.jobs] == ["a"] and rest.next is None
    assert [job.id for job in (await store.page(limit=2, before=3)).jobs] == ["b", "a"]


async def test_a_search_finds_titles_and_prompts_in_any_case(store: DatabaseJobStore, database: Database) -> None:
    await store.add(new("a", text="A Castle in the 雪山 100% real"))
    await store.add(new("b", text="a castle by the sea"))
    find = lambda words, **more: store.search(words, **more)  # noqa: E731
    assert [job.id for job in (await find("CASTLE")).jobs] == ["b", "a"]
    assert [job.id for job in (await find("castle 雪山")).jobs] == ["a"]
    assert [job.id for job in (await find("100%")).jobs] == ["a"]
    assert [job.id for job in (await find("castle", limit=1)).jobs] == ["b"]
    assert (await find("castle", states=("failed",))).jobs == () and (await find("castle_")).jobs == ()
    await store.cancel_queued(["a"], at=1.0)
    await store.delete(["a"])
    assert (await find("雪山")).jobs == ()


async def test_pictures_are_written_with_the_end_and_found_by_words(
    store: DatabaseJobStore, database: Database
) -> None:
    pictures = DatabasePictureStore(database)
    for name, words in (("a", "a red barn"), ("b", "a blue boat")):
        await store.add(new(name, text=words))
        await store.take_next(at=1.0)
        made = NewPicture(
            job_id=name, node="1", root="output", subfolder="", filename=f"{name}.png", width=1, height=1, created=1.0
        )
        await store.finish(name, end(pictures=(made,)))
    assert [item.filename for item in await pictures.page(limit=9, before=None)] == ["b.png", "a.png"]
    assert [item.job_id for item in await pictures.page(limit=9, before=None, words=["barn"])] == ["a"]


def batch_of(name: str, total: int) -> tuple[Batch, list[NewJob]]:
    axis = Axis(title="seed", inputs=(AxisInput(node="1", input="seed", values=tuple(range(total))),))
    batch = Batch(id=name, number=0, title="t", created=1.0, axes=(axis,), total=total)
    return batch, [new(f"{name}-{index}", batch_id=name, batch_index=index) for index in range(total)]


async def test_a_batch_is_queued_whole_or_not_at_all_and_once(store: DatabaseJobStore) -> None:
    batch, jobs = batch_of("x", 3)
    made, queued = await store.add_batch(batch, jobs)
    assert [job.batch_index for job in queued] == [0, 1, 2] and made.axes == batch.axes
    assert await store.add_batch(batch, jobs) == (made, ())
    with pytest.raises(QueueFull):
        await store.add_batch(*batch_of("y", 3))
    assert await store.batch("y") is None and (await store.counts()).queued == 3


async def test_a_batch_has_its_own_progress_jobs_and_cancel(store: DatabaseJobStore) -> None:
    await store.add(new("other"))
    await store.add_batch(*batch_of("x", 3))
    await store.take_next(at=1.0)
    assert await store.cancel_queued(None, at=2.0, batch_id="x") == ("x-0", "x-1", "x-2")
    assert await store.batch_counts("x") == {"cancelled": 3}
    assert [job.id for job in await store.jobs_of_batch("x", limit=2, after=0)] == ["x-1", "x-2"]
    assert [item.id for item in await store.batches(limit=5, before=None)] == ["x"]


async def test_the_oldest_events_are_deleted_a_part_at_a_time(database: Database) -> None:
    store = DatabaseEventStore(database)
    records = [EventRecord(seq, "a", 0.0, {"type": "x"}) for seq in range(1, 31)]
    await store.store(records)
    await store.store(records[20:])  # as after a connection that broke: no harm
    assert [await store.prune(10, 15), await store.prune(10, 15), await store.prune(10, 15)] == [15, 5, 0]
    assert [item.seq for item in await store.of_job("a", 0, 100)] == list(range(21, 31))
