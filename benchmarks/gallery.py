"""What the gallery costs with many pictures: pages, searches, stars and counts, in the database itself.

    python -m benchmarks.gallery [--pictures 100000] [--rounds 15]

Every figure is the median of the rounds and the slowest of them, in milliseconds.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from web.server.gallery.record import NewPictureRecord, PictureFacts
from web.server.gallery.search import parse_search
from web.server.persistence import board_rows, picture_rows
from web.server.persistence.opening import OpenDatabase, open_database

START = 1_640_000_000.0
APART = 600.0
CHUNK = 2000
COLOURS = ("red", "blue", "green", "yellow", "purple", "white", "black")
THINGS = ("house", "star", "heart", "circle", "square", "tree", "boat", "moon")
PLACES = ("by the sea", "on a hill", "at night", "in the snow", "under a bridge", "above the clouds")


def fill(
    opened: OpenDatabase,
    count: int,
    seed: int = 1,
    filed: Callable[[NewPictureRecord], NewPictureRecord] = lambda record: record,
) -> list[int]:
    """Write ``count`` pictures as jobs would leave them, and a board with the newest; answers the ids.

    ``filed`` may put a picture's file where its record says, and answers the record with the file's size and date.
    """
    chance = random.Random(seed)
    ids: list[int] = []
    for start in range(0, count, CHUNK):
        records = [filed(_record(number, chance)) for number in range(start, min(count, start + CHUNK))]
        with opened.transaction(writes=True) as connection:
            ids += picture_rows.keep(connection, records, time.time())
    with opened.transaction(writes=True) as connection:
        picture_rows.star(connection, ids[::97], True)
        board_rows.add_board(connection, "best", "Best", START)
        board_rows.put_on_board(connection, "best", ids[-500:])
    return ids


def _record(number: int, chance: random.Random) -> NewPictureRecord:
    words = f"a {chance.choice(COLOURS)} {chance.choice(THINGS)} {chance.choice(PLACES)}, picture {number}"
    facts = PictureFacts(
        prompt=words,
        negative="blurry, dark",
        model=chance.choice(("starter-sd.safetensors", "sdxl-base.safetensors")),
        sampler="euler",
        seed=str(number),
        steps=20,
        cfg=5.0,
    )
    return NewPictureRecord(
        path=f"{number // 5000:03}/noiseloom_{number:06}_.png",
        size=50_000,
        modified=START + number * APART,
        made=START + number * APART,
        width=chance.choice((512, 768, 1024)),
        height=512,
        job_id=f"job-{number}",
        node="9",
        workflow=True,
        facts=facts,
    )


def measure(opened: OpenDatabase, ids: list[int], rounds: int) -> list[tuple[str, float, float]]:
    """Name, median and slowest of each deed, in milliseconds."""
    middle = ids[len(ids) // 2]

    def page(text: str, before: int | None = None) -> Callable[[Any], Any]:
        search = parse_search(text, now=time.time())
        return lambda connection: picture_rows.page(connection, search, 100, before, None)

    def days(text: str) -> Callable[[Any], Any]:
        search = parse_search(text, now=time.time())
        return lambda connection: picture_rows.days(connection, search, 0)

    deeds: list[tuple[str, Callable[[Any], Any], bool]] = [
        ("newest page", page(""), False),
        ("page in the middle", page("", middle), False),
        ("last page", page("", ids[100]), False),
        ("search: a common word", page("red"), False),
        ("search: two words and a model", page("red house model:starter"), False),
        ("search: one picture's words", page(f"picture {len(ids) // 3}"), False),
        ("search: nothing there", page("zebra"), False),
        ("search: without a word", page("house -red"), False),
        ("search: seed", page(f"seed:{len(ids) // 2}"), False),
        ("starred", page("is:star"), False),
        ("a month", page("date:2022-03"), False),
        ("a board", page("board:best"), False),
        ("count by day", days(""), False),
        ("count a common word by day", days("red"), False),
        ("star one", lambda connection: picture_rows.star(connection, [middle], True), True),
        ("star a thousand", lambda connection: picture_rows.star(connection, ids[-1000:], True), True),
        ("trash and restore one", lambda connection: _there_and_back(connection, middle), True),
    ]
    told: list[tuple[str, float, float]] = []
    for name, deed, writes in deeds:
        times: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            with opened.transaction(writes=writes) as connection:
                deed(connection)
            times.append((time.perf_counter() - began) * 1000)
        told.append((name, statistics.median(times), max(times)))
    return told


def _there_and_back(connection: Any, picture: int) -> None:
    picture_rows.trash(connection, [picture], time.time())
    picture_rows.restore(connection, [picture])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        opened = open_database(Path(folder))
        began = time.perf_counter()
        ids = fill(opened, options.pictures)
        took = time.perf_counter() - began
        print(f"{len(ids)} pictures written in {took:.1f} s ({len(ids) / took:.0f} a second)\n")
        print("| deed | median ms | slowest ms |\n|---|---:|---:|")
        for name, median, slowest in measure(opened, ids, options.rounds):
            print(f"| {name} | {median:.1f} | {slowest:.1f} |")
        opened.close()


if __name__ == "__main__":
    main()
