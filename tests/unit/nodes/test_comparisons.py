"""A blind comparison from its pictures to its result."""

from graph_engine.files.folders import Folders
from graph_engine.run.events import JobFinished, NodeFinished
from tests.unit.nodes.conftest import Run

FIRST = {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 6, "color": 0xFF0000}}
SECOND = {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 32, "batch_size": 6, "color": 0x0000FF}}


def compare(run: Run, **inputs: object) -> list:
    node = {"class_type": "ABCompare", "inputs": {"first": ["1", 0], "second": ["2", 0], "seed": 3, **inputs}}
    node["inputs"] |= {"question": "Which?", "filename_prefix": "votes"}
    return run({"1": FIRST, "2": SECOND, "3": node, "4": {"class_type": "SaveImage", "inputs": {
        "images": ["3", 0], "filename_prefix": "sheet"}}})  # fmt: skip


def count(run: Run, **inputs: object) -> tuple[JobFinished, str]:
    events = run({"1": {"class_type": "ABVotes", "inputs": {"file": "votes.csv", "seed": 3, **inputs}}})
    told = [event.ui["text"][0] for event in events if isinstance(event, NodeFinished) and event.ui.get("text")]
    assert isinstance(events[-1], JobFinished)
    return events[-1], told[0] if told else ""


def test_votes_for_the_first_pictures_are_counted_whichever_side_they_stood_on(run: Run, folders: Folders) -> None:
    from PIL import Image

    assert compare(run)[-1].outcome == "succeeded"
    lines = (folders.output / "votes_00001_.csv").read_text().split()
    assert lines[0] == "pair,vote"
    sheet = Image.open(folders.output / "sheet_00001_.png").convert("RGB")
    votes = []
    for number, line in enumerate(lines[1:]):
        # The sheet has 36 pixels for the question and 36 for L and R; rows of 16 pixels lie 24 apart.
        row = 36 + 36 + 8 + number * 24 + 8
        colours = [sheet.getpixel((x, row)) for x in range(sheet.width)]
        reds, blues = ([x for x, one in enumerate(colours) if one == c] for c in ((255, 0, 0), (0, 0, 255)))
        votes.append(line + ("L" if reds[0] < blues[0] else "R"))
    assert {vote[-1] for vote in votes} == {"L", "R"}
    (folders.input / "votes.csv").write_text("\n".join(["pair,vote", *votes, "1,"]))
    done, told = count(run)
    assert done.outcome == "succeeded"
    assert "6 of 6" in told


def test_a_vote_that_is_neither_left_nor_right_is_refused_in_words(run: Run, folders: Folders) -> None:
    (folders.input / "votes.csv").write_text("pair,vote\n1,maybe\n")
    done, _ = count(run)
    assert done.outcome == "failed"
    assert "L or R" in str(done.problems[0])


def test_a_table_of_something_else_is_refused_in_words(run: Run, folders: Folders) -> None:
    (folders.input / "votes.csv").write_text("a,b\n1,2\n")
    assert "Blind comparison" in str(count(run)[0].problems[0])
