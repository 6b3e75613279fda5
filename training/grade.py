"""Paint prompts with a system's workflow, through the nodes that people run, and grade the pictures.

`python -m training.grade --system sd --held-out 300 --out DIR` prints a table with 95 % intervals.
"""

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from training.grader.grading import Grade, grade, table
from training.grader.likeness import likeness
from training.painter import WORKFLOWS, WorkflowPainter
from training.world.captions import UNSPOKEN_BACKGROUND, plain_caption
from training.world.captions_zh import plain_caption_zh
from training.world.languages import draw_any_caption, read_caption
from training.world.pool import draw_scenes
from training.world.split import scenes
from training.world.wide import draw_wide

SYSTEMS: Mapping[str, tuple[str, str | None]] = {
    "sd": ("text-to-image.json", None),
    "unclip": ("unclip.json", None),
    "imagen": ("imagen.json", None),
}
"""System → its workflow in `workflows/`, and the node whose picture is graded; None for the last one."""


def held_out_prompts(count: int, seed: int, *, wide: bool = False, chinese: bool = False) -> list[str]:
    """Captions of held-out scenes of the plain world, or of the wider one, plainly worded."""
    drawn = (draw_wide if wide else draw_scenes)(count, seed, held_out=True)
    worded = plain_caption_zh if chinese else plain_caption
    return [worded(scene.description) for scene in drawn]


def silent_prompts(count: int, seed: int, *, chinese: bool = False) -> list[str]:
    """Captions of held-out plain scenes on white that leave the background unsaid, worded in any way."""
    drawn = (scene.description for scene in scenes(seed, held_out=True))
    on_white = (one for one in drawn if one.background == UNSPOKEN_BACKGROUND)
    rng = random.Random(f"silent prompts {seed}")
    return [draw_any_caption(one, rng, chinese=float(chinese), unspoken=1.0) for one in islice(on_white, count)]


def run(
    painter: WorkflowPainter, prompts: Sequence[str], out: Path, *, seed: int
) -> tuple[list[Image.Image], list[Grade]]:
    """Paint and grade prompts, prompt i from seed + i; pictures and `grades.json` go to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    pictures: list[Image.Image] = []
    grades: list[Grade] = []
    for number, prompt in enumerate(prompts):
        picture = painter.paint(prompt, seed + number)
        picture.save(out / f"{number:04d}.png")
        pictures.append(picture)
        grades.append(grade(picture, read_caption(prompt)))
        if number % 20 == 19:
            print(f"{number + 1} of {len(prompts)}", flush=True)
    answers = [{"prompt": prompt} | asdict(one) for prompt, one in zip(prompts, grades, strict=True)]
    (out / "grades.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False))
    return pictures, grades


def _value(text: str) -> tuple[str, Any]:
    place, _, value = text.partition("=")
    try:
        return place, json.loads(value)
    except json.JSONDecodeError:
        return place, value


def main() -> None:
    """Read the command line, paint, grade, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m training.grade", description=__doc__)
    parser.add_argument("--system", choices=sorted(SYSTEMS), default="sd")
    parser.add_argument("--workflow", type=Path, help="grade this workflow instead of the system's own")
    parser.add_argument("--picture", help="grade the picture of this node instead of the last one")
    parser.add_argument("--set", action="append", default=[], metavar="NODE.WIDGET=VALUE", help="change a value first")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--prompts", type=Path, help="a file with one prompt of the world's grammar a line")
    source.add_argument("--held-out", type=int, default=300, help="how many held-out prompts (default: 300)")
    world = parser.add_mutually_exclusive_group()
    world.add_argument("--wide", action="store_true", help="held-out prompts with styles, views and words")
    world.add_argument("--silent", action="store_true", help="held-out prompts that do not name their white background")
    parser.add_argument("--chinese", action="store_true", help="held-out prompts in Chinese")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and grades.json")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.silent:
        prompts = silent_prompts(given.held_out, 1000 + given.seed, chinese=given.chinese)
    else:
        prompts = held_out_prompts(given.held_out, 1000 + given.seed, wide=given.wide, chinese=given.chinese)
    if given.prompts is not None:
        prompts = [line.strip() for line in given.prompts.read_text().splitlines() if line.strip()]
    workflow, picture = SYSTEMS[given.system]
    values = dict(_value(text) for text in given.set)
    path = given.workflow or WORKFLOWS / workflow
    painter = WorkflowPainter(path, picture=given.picture or picture, values=values)
    began = time.monotonic()
    pictures, grades = run(painter, prompts, given.out, seed=given.seed)
    seconds = time.monotonic() - began
    print(f"{len(prompts)} pictures of {path.name}")
    print(table(grades))
    if len(pictures) > 1:
        print(likeness(pictures, [read_caption(prompt) for prompt in prompts], seed=given.seed).lines())
    print(f"{seconds / max(1, len(prompts)):.2f} s a picture")


if __name__ == "__main__":
    main()
