"""A gallery of 100,000 pictures: pages and searches are read along an index, none is sorted or counted off."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from benchmarks.gallery import fill
from web.server.gallery.search import parse_search
from web.server.persistence import picture_rows
from web.server.persistence.opening import OpenDatabase, open_database

FEW = 3000
"""Plans do not depend on how many there are (nothing is analysed); benchmarks/gallery.py times 100,000."""
NOW = 1_700_000_000.0


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDatabase]:
    opened = open_database(tmp_path_factory.mktemp("gallery"))
    fill(opened, FEW)
    yield opened
    opened.close()


def plan(opened: OpenDatabase, text: str, **more: Any) -> list[str]:
    """How SQLite reads a page."""
    found: list[str] = []
    search = parse_search(text, now=NOW)
    with opened.transaction(writes=False) as connection:

        def explain(_: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            if statement.lstrip().startswith("SELECT"):
                assert "OFFSET" not in statement.replace("LIMIT ? OFFSET ?", "OFFSET" if parameters[-1] else "")
                other = cursor.connection.cursor()
                found.extend(row[3] for row in other.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(connection, "before_cursor_execute", explain)
        try:
            picture_rows.page(connection, search, 100, more.get("before"), more.get("after"))
        finally:
            event.remove(connection, "before_cursor_execute", explain)
    return found


@pytest.mark.parametrize("text", ["", "is:star", "seed:77", "is:trash", "date:2023-01", "job:none"])
@pytest.mark.parametrize("direction", [{}, {"before": 10**15}, {"after": 10**15}])
def test_a_page_is_read_along_an_index_and_never_sorted(gallery: OpenDatabase, text: str, direction: Any) -> None:
    steps = plan(gallery, text, **direction)
    assert all("USING INDEX" in step or "USING INTEGER PRIMARY KEY" in step for step in steps), steps


@pytest.mark.parametrize("text", ["red", "red model:starter", "house is:star date:2023-01..2024"])
def test_words_are_read_in_the_index_s_own_order(gallery: OpenDatabase, text: str) -> None:
    steps = plan(gallery, text, before=10**16)
    assert steps[0].startswith("SCAN picture_words VIRTUAL TABLE INDEX"), steps
    assert "SEARCH pictures USING INTEGER PRIMARY KEY (rowid=?)" in steps and len(steps) == 2, steps


def test_a_board_is_read_in_its_order(gallery: OpenDatabase) -> None:
    steps = plan(gallery, "board:best")
    assert not any("TEMP B-TREE" in step for step in steps), steps
    assert any("board_pictures_in_order" in step for step in steps), steps
