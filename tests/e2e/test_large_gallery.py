"""The gallery's page with 100,000 real pictures: files in the output folder, rows in the database."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from benchmarks.gallery import fill
from tests.e2e.conftest import ROOT, drive, running
from web.server.gallery.record import NewPictureRecord
from web.server.persistence.opening import open_database

MANY = 100_000


def _filing(output: Path, kinds: Path) -> Callable[[NewPictureRecord], NewPictureRecord]:
    """Files pictures as links to one file of each colour and width, so that they take little room."""

    def file(record: NewPictureRecord) -> NewPictureRecord:
        colour = record.facts.prompt.split()[1]
        kind = kinds / f"{colour}-{record.width}.png"
        if not kind.exists():
            size = (record.width or 1, record.height or 1)
            picture = Image.new("RGB", size, "gray")
            ImageDraw.Draw(picture).ellipse((100, 100, 400, 400), fill=colour)
            picture.save(kind)
        path = output / record.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(kind)
        status = path.stat()
        return replace(record, size=status.st_size, modified=status.st_mtime)

    return file


@pytest.mark.large
@pytest.mark.timeout(1200)
def test_a_hundred_thousand_pictures_are_scrolled_searched_and_opened(tmp_path: Path, chromium: str) -> None:
    data, kinds = tmp_path / "data", tmp_path / "kinds"
    for folder in (data, kinds):
        folder.mkdir()
    opened = open_database(data)
    fill(opened, MANY, filed=_filing(data / "output", kinds))
    opened.close()
    with running(data, tmp_path, chromium) as studio:
        print(drive(ROOT / "web/client/tests/e2e/large-gallery.mjs", studio))
