"""Pages of evidence: figures take their places, intervals are right, and edits change what they say they change."""

import random
from pathlib import Path

import pytest
from PIL import Image

from training.evidence.page import grid, percent, plus_minus, put, save_grid, spread
from training.evidence.scenes import held_out, recoloured
from training.grader.grading import Share


def test_figures_replace_the_old_ones_and_leave_the_prose(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin figures -->\nold\n<!-- end figures -->\nafter\n")
    put(page, "figures", r"| \1 |")
    assert page.read_text() == "before\n<!-- begin figures -->\n| \\1 |\n<!-- end figures -->\nafter\n"
    with pytest.raises(ValueError, match="no place for other"):
        put(page, "other", "")


def test_intervals() -> None:
    assert spread([1.0, 3.0]) == pytest.approx((2.0, 1.96), abs=1e-3)
    assert plus_minus([1.0, 3.0], 1) == "2.0 ± 2.0"
    assert percent(Share(96, 96)) == "100 % (96–100)"
    assert percent(Share(0, 0)) == "—"


def test_a_grid_shows_every_picture_and_is_small(tmp_path: Path) -> None:
    red = Image.new("RGB", (64, 64), (215, 38, 38))
    save_grid(grid([("one row", [red, red]), ("another with a long name", [red, red])], ["a", "b"]), tmp_path / "g.png")
    with Image.open(tmp_path / "g.png") as found:
        assert found.convert("RGB").getpixel((150 + 68 + 30, 18 + 68 + 30)) == pytest.approx((215, 38, 38), abs=6)
    assert (tmp_path / "g.png").stat().st_size < 5000


def test_an_edit_changes_one_colour_and_nothing_else() -> None:
    for was in held_out(20, 3).descriptions:
        shall = recoloured(was, random.Random(1))
        assert shall.things[0].colour != was.things[0].colour
        assert [thing.object for thing in shall.things] == [thing.object for thing in was.things]
        assert (shall.arrangement, shall.background, shall.relation) == (was.arrangement, was.background, was.relation)
