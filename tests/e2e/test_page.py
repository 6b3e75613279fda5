"""The page in Chromium on the real server: each script of `web/client/tests/e2e` acts as a person would."""

from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.conftest import ROOT, Studio, drive
from training.grader.grading import grade

SCRIPTS = sorted((ROOT / "web/client/tests/e2e").glob("*.test.mjs"))

# A browser on a busy machine can miss a moment: a script that fails is tried once more, and the summary names it (R).
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.flaky(reruns=1)]


def test_there_are_page_scripts() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name.removesuffix(".test.mjs"))
def test_the_page(script: Path, studio: Studio) -> None:
    drive(script, studio)


@pytest.mark.parametrize("name", ["paint", "unclip", "imagen", "repaint"])
def test_the_painted_picture_shows_what_was_asked(name: str, studio: Studio) -> None:
    picture, words = studio.pictures / f"{name}.png", studio.pictures / f"{name}.txt"
    if not picture.is_file():
        drive(ROOT / f"web/client/tests/e2e/{name}.test.mjs", studio)
    result = grade(Image.open(picture), words.read_text())
    assert result.faithful, f"asked for {words.read_text()!r}, got {result}"
