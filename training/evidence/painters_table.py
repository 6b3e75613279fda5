"""What the pages of small painters share: their tables of grades, of paired errors and of costs, and their grid."""

from collections.abc import Sequence

from PIL import Image
from torch import Tensor

from training.evidence.hearing import TWINS, heard
from training.evidence.page import grades_row, grid, heading, percent, plus_minus
from training.evidence.scenes import Asked
from training.evidence.small_painters import WALK, Painter, build, operations
from training.grader.grading import grade

CATEGORIES = ("colours", "count", "positions", "binding", "objects", "background")
SHOWN = 8


def graded(painters: Sequence[Painter], asked: Asked, seed: int) -> tuple[str, list[tuple[str, list[Image.Image]]]]:
    """A table of grades with a row for each painter, and the first pictures of each."""
    rows = [heading(["reads", *CATEGORIES])]
    shown: list[tuple[str, list[Image.Image]]] = []
    for painter in painters:
        pictures = painter.paint(asked.captions, seed)
        grades = [grade(picture, one) for picture, one in zip(pictures, asked.descriptions, strict=True)]
        rows.append(grades_row(painter.arm.name, grades, CATEGORIES))
        print(rows[-1], flush=True)
        shown.append((painter.arm.name, pictures[:SHOWN]))
    shown.append(("true pictures", asked.pictures()[:SHOWN]))
    return "\n".join(rows), shown


def paired(first: Tensor, other: Tensor) -> str:
    """By how much errors [N] are lower than others of the same scenes, in percent of those, with a 95 % interval."""
    scale = 100 / other.mean().item()
    return plus_minus(((other - first) * scale).tolist(), 1)


def errors(painters: Sequence[Painter], seed: int) -> str:
    """A table of what captions take off the error, and how each painter compares with the first, scene by scene."""
    rows = [heading(["reads", "error, with its caption", "the caption takes off", f"below {painters[0].arm.name}'s"])]
    reference: Tensor | None = None
    for painter in painters:
        told, untold = painter.errors(seed)
        less = "—" if reference is None else f"{paired(told, reference)} %"
        reference = told if reference is None else reference
        rows.append(f"| {painter.arm.name} | {plus_minus(told.tolist(), 4)} | {paired(told, untold)} % | {less} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def hearing(painters: Sequence[Painter], seed: int) -> str:
    """A table of how often the true caption wins against one that differs in a single respect."""
    rows = [heading(["reads", *TWINS])]
    for painter in painters:
        rows.append(f"| {painter.arm.name} | {' | '.join(percent(heard(painter, kind, seed)) for kind in TWINS)} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def costs(painters: Sequence[Painter]) -> str:
    """A table of sizes, and of operations that a training picture takes: the encoder once, the U-Net there and back."""
    rows = [heading(["reads", "encoder", "U-Net", "MFLOP: encoder", "U-Net", "together", "a guided picture"])]
    for painter in painters:
        model = build(painter.arm.channels)
        encoder, step = painter.states.operations(), operations(model, training=True)
        # Guidance runs the network twice a step; the encoder reads two prompts once.
        whole = 2 * encoder + 2 * WALK * operations(model, training=False)
        sizes = [painter.states.parameters(), sum(parameter.numel() for parameter in model.parameters())]
        told = [
            *(f"{size / 1e6:.2f} M" for size in sizes),
            *(f"{n / 1e6:.0f}" for n in (encoder, step, encoder + step)),
        ]
        rows.append(f"| {painter.arm.name} | {' | '.join(told)} | {whole / 1e6:.0f} |")
    return "\n".join(rows)


def pictured(shown: Sequence[tuple[str, Sequence[Image.Image]]]) -> Image.Image:
    """The grid of a page."""
    return grid(shown, [""] * SHOWN)


def numbered(captions: Sequence[str]) -> str:
    """The captions of the grid's columns."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(captions[:SHOWN], start=1))
