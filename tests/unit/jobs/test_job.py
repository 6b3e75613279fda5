"""The states of a job and the order of the queue."""

import itertools
from typing import get_args

import pytest

from graph_engine.jobs.job import FINAL, MOVES, IllegalMove, Job, JobState
from graph_engine.jobs.queue import QueueFull, QueuePolicy


def job(state: JobState = "queued") -> Job:
    return Job(id="a", number=1, position=1.0, state=state, title="", created=0.0)


@pytest.mark.parametrize("state,wanted", [*itertools.product(get_args(JobState), repeat=2)])
def test_a_job_moves_only_where_the_table_says(state: JobState, wanted: JobState) -> None:
    if wanted in MOVES[state]:
        assert job(state).moved(wanted, at=5.0).state == wanted
    else:
        with pytest.raises(IllegalMove, match=f"is {state}"):
            job(state).moved(wanted, at=5.0)


def test_the_end_of_a_job_is_final() -> None:
    assert {state for state in get_args(JobState) if not MOVES[state]} == FINAL
    assert all(job(state).is_final for state in FINAL)


def test_times_are_noted_and_a_job_put_back_has_not_started() -> None:
    running = job().moved("running", at=2.0)
    assert running.started == 2.0
    assert running.moved("succeeded", at=3.0).finished == 3.0
    assert running.moved("queued", at=4.0).started is None


def test_jobs_put_in_front_go_before_all_that_wait_the_last_first() -> None:
    policy = QueuePolicy()
    places = {
        name: policy.position(number, front=front)
        for name, number, front in (
            ("first", 1, False),
            ("second", 2, False),
            ("urgent", 3, True),
            ("more urgent", 4, True),
        )
    }
    assert sorted(places, key=lambda name: places[name]) == ["more urgent", "urgent", "first", "second"]


def test_a_full_queue_says_how_many_wait() -> None:
    QueuePolicy(limit=2).admit(1)
    with pytest.raises(QueueFull, match="2 jobs wait"):
        QueuePolicy(limit=2).admit(2)
