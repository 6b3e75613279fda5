"""A history of 100,000 jobs: every page is read along an index, so its place and its state do not matter."""

import time
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from graph_engine.jobs.job import JobState
from web.server.persistence import job_rows, queue_rows
from web.server.persistence.opening import OpenDatabase, open_database
from web.server.persistence.tables import job_contents, job_texts, jobs

MANY = 100_000
RARE = 77
"""The number of the one job that was lost, far back."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An open database with ``MANY`` jobs."""
    opened = open_database(tmp_path_factory.mktemp("history"))
    with opened.transaction(writes=True) as connection:
        rows = [
            {
                "number": number,
                "id": f"job-{number}",
                "position": float(number),
                "state": "queued" if number > MANY - 10 else "lost" if number == RARE else "succeeded",
                "title": "",
                "created": 1.0,
                "node_count": 1,
                "outputs": "{}",
                "problems": "[]",
                "rank": 0,
                "deaths": 0,
            }
            for number in range(1, MANY + 1)
        ]
        connection.execute(insert(jobs), rows)
        texts = [{"number": n, "text": f"a lighthouse {n}"} for n in range(1, MANY + 1)]
        connection.execute(insert(job_texts), texts)
        connection.execute(
            insert(job_contents), [{"job_id": f"job-{n}", "graph": "{}", "extra": "{}"} for n in range(MANY - 20, MANY)]
        )
    yield opened
    opened.close()


def plans(opened: OpenDatabase, work: Any) -> list[str]:
    """How SQLite reads for every SELECT of ``work``."""
    found: list[str] = []
    with opened.transaction(writes=False) as connection:

        def explain(
            connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:
            if statement.startswith("SELECT"):
                other = cursor.connection.cursor()
                found.extend(row[3] for row in other.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(opened.engine, "before_cursor_execute", explain)
        try:
            work(connection)
        finally:
            event.remove(opened.engine, "before_cursor_execute", explain)
    return found


@pytest.mark.parametrize("states", [(), ("succeeded",), ("lost",), ("failed", "lost", "running")])
@pytest.mark.parametrize("before", [None, MANY // 2, 5])
def test_a_page_is_read_along_an_index(history: OpenDatabase, states: tuple[JobState, ...], before: int | None) -> None:
    steps = plans(history, lambda connection: job_rows.page(connection, states, 50, before))
    assert steps and not any("TEMP B-TREE" in step for step in steps), steps
    assert all("USING INDEX" in step or "PRIMARY KEY" in step or step == "SCAN jobs" for step in steps), steps
    if states:
        assert all("jobs_by_state_and_number (state=? AND number<?)" in step for step in steps), steps


def test_the_queue_is_read_along_an_index(history: OpenDatabase) -> None:
    for work in (queue_rows.first_waiting, lambda connection: queue_rows.waiting(connection, 100)):
        steps = plans(history, work)
        assert any("jobs_in_line (state=?)" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps


def seconds(work: Any) -> float:
    best = 1.0
    for _ in range(5):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def test_the_last_page_costs_what_the_first_does(history: OpenDatabase) -> None:
    with history.transaction(writes=False) as connection:
        first = seconds(lambda: job_rows.page(connection, ("succeeded",), 50, None))
        last = seconds(lambda: job_rows.page(connection, ("succeeded",), 50, 60))
        rare = seconds(lambda: job_rows.page(connection, ("lost",), 50, None))
    assert max(last, rare) < 5 * first + 0.002 and first < 0.05


def test_a_search_reads_a_bounded_part_at_a_time(history: OpenDatabase) -> None:
    with history.transaction(writes=False) as connection:
        found, below = job_rows.search_span(connection, ["lighthouse", "100000"], (), 5, None)
        assert [job.number for job in found] == [MANY] and below == MANY + 1 - job_rows.SEARCH_SPAN
        assert job_rows.search_span(connection, [f"lighthouse {RARE}"], (), 5, 5000)[1] is None
