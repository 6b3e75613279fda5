"""The hub: one sequence, stored in batches, resumed by number, never waiting for a watcher."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from web.server.events import hub as hub_module
from web.server.events.hub import SEQ_STEP, EventHub
from web.server.events.record import EventRecord, PreviewFrame


class ListStore:
    """An event store in a list; counts commits."""

    def __init__(self) -> None:
        self.records: list[EventRecord] = []
        self.commits = 0
        self.broken = False

    async def last_seq(self) -> int:
        return self.records[-1].seq if self.records else 0

    async def store(self, records: Sequence[EventRecord]) -> None:
        if self.broken:
            raise OSError("disk full")
        self.commits += 1
        self.records.extend(records)

    async def prune(self, keep: int, most: int) -> int:
        gone = max(0, min(len(self.records) - keep, most))
        del self.records[:gone]
        return gone

    async def between(self, after: int, upto: int, limit: int) -> list[EventRecord]:
        return [item for item in self.records if after < item.seq <= upto][:limit]

    async def of_job(self, job_id: str, after: int, limit: int) -> list[EventRecord]:
        return [item for item in self.records if item.job_id == job_id and item.seq > after][:limit]


def progress(value: int, node: str = "n") -> Mapping[str, Any]:
    return {"type": "node.progress", "node": node, "value": value, "total": 9}


async def started(store: ListStore, buffer: int = 1 << 20) -> EventHub:
    hub = EventHub(store, buffer)
    await hub.begin()
    return hub


async def test_a_batch_is_one_commit_and_keeps_the_last_progress_of_a_node() -> None:
    store = ListStore()
    hub = await started(store)
    for value in range(5):
        hub.publish("a", progress(value))
        hub.publish("a", progress(value, "m"))
    hub.publish("a", {"type": "job.finished"})
    await hub.flush()
    assert store.commits == 1
    assert [item.event.get("value") for item in store.records] == [4, 4, None]


async def test_what_only_matters_now_is_not_stored() -> None:
    store = ListStore()
    hub = await started(store)
    hub.publish("", {"type": "queue.changed", "queued": 1, "running": 0})
    await hub.flush()
    assert store.records == []


async def test_numbers_are_never_given_twice_over_a_restart() -> None:
    store = ListStore()
    hub = await started(store)
    hub.publish("a", {"type": "job.queued"})
    await hub.flush()
    hub.publish("", {"type": "queue.changed", "queued": 1, "running": 0})
    told = hub.seq
    again = await started(store)
    assert again.seq > told and again.seq % SEQ_STEP == 0


async def test_events_before_the_store_is_open_are_numbered_later() -> None:
    hub = EventHub(ListStore(), 1000)
    hub.publish("", {"type": "worker.changed", "state": "starting"})
    await hub.begin()
    assert hub.seq == SEQ_STEP + 1


async def test_replay_joins_store_and_memory_without_gap_or_repetition(monkeypatch: Any) -> None:
    monkeypatch.setattr(hub_module, "RING", 10)
    monkeypatch.setattr(hub_module, "PAGE", 7)
    store = ListStore()
    hub = await started(store)
    for value in range(40):
        hub.publish("a", {"type": "node.started", "node": str(value)})
    await hub.flush()
    for value in range(40, 45):
        hub.publish("a", {"type": "node.started", "node": str(value)})
    for after in (0, 5, 33, 38, 44):
        got = [record.event["node"] async for record in hub.replay(SEQ_STEP + after, hub.seq)]
        assert got == [str(value) for value in range(after, 45)], after


async def test_a_watcher_whose_buffer_overflows_is_let_go_and_others_hear_on() -> None:
    hub = await started(ListStore(), buffer=2000)
    stuck, healthy = hub.subscribe(), hub.subscribe()
    for value in range(100):
        hub.publish("a", progress(value))
        batch = await healthy.next()
        assert batch is not None and batch.records[0].event["value"] == value
    assert stuck.overflowed and await stuck.next() is None and hub.watchers == 1


async def test_of_a_nodes_previews_only_the_latest_waits() -> None:
    hub = await started(ListStore())
    watcher = hub.subscribe()
    for value in range(5):
        hub.preview(PreviewFrame("a", "n", "image/png", bytes([value]), value, 5))
    batch = await watcher.next()
    assert batch is not None and [item.value for item in batch.previews] == [4]


async def test_who_comes_late_sees_the_last_previews_of_jobs_that_run() -> None:
    hub = await started(ListStore())
    for job in ("a", "b"):
        for value in range(3):
            hub.preview(PreviewFrame(job, "n", "image/png", b"", value, 3))
    hub.publish("b", {"type": "job.finished"})
    batch = await hub.subscribe(late=True).next()
    assert batch is not None and [(item.job_id, item.value) for item in batch.previews] == [("a", 2)]


async def test_of_late_previews_only_the_newest_are_kept() -> None:
    hub = await started(ListStore())
    for number in range(hub_module.KEPT_PREVIEWS + 5):
        hub.preview(PreviewFrame("a", str(number), "image/png", b"", 0, 1))
    batch = await hub.subscribe(late=True).next()
    assert batch is not None and len(batch.previews) == hub_module.KEPT_PREVIEWS
    assert batch.previews[0].node == "5"


async def test_events_that_could_not_be_stored_are_tried_again() -> None:
    store = ListStore()
    store.broken = True
    hub = await started(store)
    hub.publish("a", {"type": "job.queued"})
    await hub.flush()
    store.broken = False
    await hub.flush()
    assert [item.event["type"] for item in store.records] == ["job.queued"]
    await hub.close()


async def test_only_the_newest_events_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "KEPT", 10)
    monkeypatch.setattr(hub_module, "PRUNE_AFTER", 20)
    store = ListStore()
    hub = await started(store)
    for index in range(50):
        hub.publish("a", {"type": "node.started", "node": str(index)})
    await hub.flush()
    assert [item.event["node"] for item in store.records] == [str(index) for index in range(40, 50)]
