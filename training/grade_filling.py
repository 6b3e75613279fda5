"""Fill holes in pictures with a workflow, through the nodes that people run, and grade what came.

`python -m training.grade_filling --count 120 --out DIR` prints a table with 95 % intervals: held-out prompts, each a
picture with one thing painted over and another asked for (where things are counted: one like the others).
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from training.grader.filling import Filled, Filling, held_out_fillings, judge
from training.grader.grading import Grade, Share, grade, shares
from training.painter import WORKFLOWS, WorkflowPainter
from training.world.render import render_image

WORKFLOW = WORKFLOWS / "inpaint-nine-channels.json"
LOADED = "hole.png"


def with_hole(asked: Filling) -> Image.Image:
    """The picture as it is, transparent where it shall be painted."""
    picture = render_image(asked.before).convert("RGBA")
    picture.putalpha(Image.fromarray(np.where(asked.hole, 0, 255).astype(np.uint8)))
    return picture


def same_outside(made: Image.Image, asked: Filling) -> bool:
    """Whether every pixel outside the hole is what it was."""
    ours, theirs = np.asarray(made.convert("RGB")), np.asarray(render_image(asked.before))
    return bool((ours[~asked.hole] == theirs[~asked.hole]).all())


def run(workflow: Path, asked: Sequence[Filling], out: Path, *, seed: int) -> tuple[list[Image.Image], list[Filled]]:
    """Fill holes, hole i from seed + i; pictures before and after and `filled.json` go to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    pictures: list[Image.Image] = []
    found: list[Filled] = []
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "input").mkdir()
        with_hole(asked[0]).save(home / "input" / LOADED)
        painter = WorkflowPainter(workflow, values={"image.image": LOADED}, folder=home)
        for number, one in enumerate(asked):
            holed = with_hole(one)
            holed.save(home / "input" / LOADED)
            holed.save(out / f"{number:04d}-hole.png")
            picture = painter.paint(one.caption, seed + number)
            picture.save(out / f"{number:04d}.png")
            pictures.append(picture)
            found.append(judge(picture, one))
            if number % 20 == 19:
                print(f"{number + 1} of {len(asked)}", flush=True)
    told = [{"prompt": one.caption} | asdict(what) for one, what in zip(asked, found, strict=True)]
    (out / "filled.json").write_text(json.dumps(told, indent=1))
    return pictures, found


def _row(name: str, share: Share) -> str:
    low, high = share.interval()
    percent = 100 * share.right / max(1, share.asked)
    return f"| {name} | {share.right} | {share.asked} | {percent:.1f} % | {100 * low:.1f}–{100 * high:.1f} % |"


def table(asked: Sequence[Filling], pictures: Sequence[Image.Image], found: Sequence[Filled]) -> str:
    """What came out right, as a Markdown table."""

    def share(answers: Sequence[bool]) -> Share:
        return Share(sum(answers), len(answers))

    grades: list[Grade] = [grade(picture, one.after.description) for picture, one in zip(pictures, asked, strict=True)]
    changed = [what.right for what, one in zip(found, asked, strict=True) if one.after is not one.before]
    same = [same_outside(picture, one) for picture, one in zip(pictures, asked, strict=True)]
    return "\n".join(
        [
            "| category | right | of | share | 95 % interval |",
            "| --- | ---: | ---: | ---: | --- |",
            _row("outside the hole every pixel as it was", share(same)),
            _row("in the hole: object", share([one.object for one in found])),
            _row("in the hole: colour", share([one.colour for one in found])),
            _row("in the hole: object and colour", share([one.right for one in found])),
            _row("the same, where another thing was asked for", share(changed)),
            _row("in the hole: size", share([one.size for one in found])),
            _row("the whole picture, all but size", shares(grades)["all but size"]),
        ]
    )


def main() -> None:
    """Read the command line, paint, grade, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m training.grade_filling", description=__doc__)
    parser.add_argument("--workflow", type=Path, default=WORKFLOW, help="default: %(default)s")
    parser.add_argument("--count", type=int, default=120, help="how many held-out prompts (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and filled.json")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    asked = held_out_fillings(given.count, 1000 + given.seed)
    began = time.monotonic()
    pictures, found = run(given.workflow, asked, given.out, seed=given.seed)
    seconds = time.monotonic() - began
    print(f"{len(asked)} holes filled by {given.workflow.name}")
    print(table(asked, pictures, found))
    print(f"{seconds / max(1, len(asked)):.2f} s a picture")


if __name__ == "__main__":
    main()
