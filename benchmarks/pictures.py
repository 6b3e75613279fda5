"""How long a starter takes for a picture, at every size its workflow passes.

    python -m benchmarks.pictures [--runs 5] [--systems sd inpaint unclip imagen]

Runs the workflows of `workflows/` through the engine in this process, a new seed each time, after a picture that opens
the models. Nothing is cached from the run before but the encoded words and the models.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from training.grade_filling import with_hole
from training.grader.filling import held_out_fillings
from training.painter import WORKFLOWS, WorkflowPainter

PROMPT = "a red circle above a blue square on a white background"
SYSTEMS: dict[str, tuple[str, Sequence[tuple[str, str]]]] = {
    "sd": ("text-to-image.json", [("128 px", "decode")]),
    "inpaint": ("inpaint-nine-channels.json", [("128 px", "paste")]),
    "unclip": ("unclip.json", [("64 px", "paint"), ("256 px", "to256"), ("1024 px", "to1024")]),
    "imagen": ("imagen.json", [("64 px", "small"), ("256 px", "to256"), ("1024 px", "to1024")]),
}
"""System → its workflow, and the node that gives each size."""


def with_example(folder: Path) -> Path:
    """Put the picture that workflows begin with, a hole in it, where they look for it."""
    (folder / "input").mkdir()
    with_hole(held_out_fillings(1, 1)[0]).save(folder / "input" / "example.png")
    return folder


def seconds(workflow: str, node: str, runs: int, folder: Path) -> list[float]:
    """Seconds of each further picture of a node."""
    painter = WorkflowPainter(WORKFLOWS / workflow, picture=node, folder=folder)
    taken: list[float] = []
    for seed in range(runs + 1):
        began = time.perf_counter()
        painter.paint(PROMPT, 100 + seed)
        taken.append(time.perf_counter() - began)
    return taken[1:]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    given = parser.parse_args()
    print("| seconds a picture | median | best | worst |\n| --- | ---: | ---: | ---: |")
    with TemporaryDirectory() as place:
        folder = with_example(Path(place))
        for system in given.systems:
            workflow, sizes = SYSTEMS[system]
            for size, node in sizes:
                taken = seconds(workflow, node, given.runs, folder)
                median, best, worst = statistics.median(taken), min(taken), max(taken)
                print(f"| {system}, {size} | {median:.2f} | {best:.2f} | {worst:.2f} |", flush=True)


if __name__ == "__main__":
    main()
