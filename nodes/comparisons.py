"""Blind comparisons of two sets of pictures by people."""

import csv
import io
from typing import Annotated

import torch
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from diffusion.image.grid import INK, PAPER, grid
from diffusion.image.pixels import from_pillow
from diffusion.image.resize import resize
from diffusion.metrics.preference import preference, sides
from graph_engine.spec.sdk import InputFile, Name, NodeContext, NodeResult, Outputs, Placeholder, Seed, Tooltip, node
from nodes.sockets import Image

Hidden = Annotated[int, Seed(), Tooltip("Decides which picture stands left; 'Count votes' needs the same")]
Win = Annotated[float, Name("win_rate")]
Low = Annotated[float, Name("low")]
High = Annotated[float, Name("high")]


@node(
    id="ABCompare", title="Blind comparison", category="image/compare", is_output=True, aliases=("vote", "user study")
)
def ab_compare(
    ctx: NodeContext,
    *,
    first: Image,
    second: Image,
    question: Annotated[str, Tooltip("What people shall judge")] = "Which is better?",
    seed: Hidden = 0,
    filename_prefix: Annotated[str, Placeholder("folder/name")] = "comparison",
) -> Annotated[NodeResult, Outputs(Annotated[Image, Name("sheet")])]:
    """Sets pairs of pictures side by side in random order, and writes a table to note votes in (L or R).

    Two questions are usual: which is the better picture, and which fits its words (Saharia et al. 2022, section 4.3).
    Save the sheet, let people fill in the table, put it into the input folder, and wire 'Count votes'.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} pictures cannot be compared with {len(second)}: give as many of each.")
    height, width = first.shape[1:3]
    other = resize(second[..., :3].permute(0, 3, 1, 2), width, height, "bicubic").permute(0, 2, 3, 1).clamp(0, 1)
    rows: list[torch.Tensor] = []
    for one, two, first_left in zip(first[..., :3], other, sides(len(first), seed), strict=True):
        rows += [one, two] if first_left else [two, one]
    numbers = [str(number) for number in range(1, len(first) + 1)]
    sheet = grid(torch.stack(rows), 2, column_words=("L", "R"), row_words=numbers)
    sheet = torch.cat([_line(question, sheet.shape[2]), sheet], dim=1)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("pair", "vote"))
    writer.writerows((number, "") for number in numbers)
    with ctx.files.reserve_output(filename_prefix, ".csv") as file:
        file.write(table.getvalue().encode())
        told = f"{len(first)} pairs · the table for votes is {file.ui['filename']}"
    return NodeResult(values=(sheet,), ui={"text": [told]})


@node(id="ABVotes", title="Count votes", category="metrics", is_output=True, aliases=("win rate", "user study"))
def ab_votes(
    ctx: NodeContext, *, file: Annotated[str, InputFile(extensions=(".csv",), upload=False)], seed: Hidden = 0
) -> Annotated[NodeResult, Outputs(Win, Low, High)]:
    """Counts the votes of a blind comparison: how often the first set was preferred, with its 95 % interval.

    The interval is Wilson's (1927). A pair may have several rows, one for each judge; rows without a vote are left out.
    """
    path = ctx.files.input(file)
    try:
        lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text; save it again as UTF-8.") from error
    if lines and not {"pair", "vote"} <= set(lines[0]):
        raise ValueError(f"{path.name} has no columns 'pair' and 'vote'; use the table that 'Blind comparison' wrote.")
    given = [_vote(line, path.name) for line in lines if (line["vote"] or "").strip()]
    first_left = sides(max((pair for pair, _ in given), default=0), seed)
    found = preference([left == first_left[pair - 1] for pair, left in given])
    text = f"First preferred in {found.wins} of {found.votes} · {found.share:.0%} ({found.low:.0%} to {found.high:.0%})"
    return NodeResult(values=(found.share, found.low, found.high), ui={"text": [text]})


def _vote(line: dict[str, str], name: str) -> tuple[int, bool]:
    pair, vote = (line["pair"] or "").strip(), line["vote"].strip().upper()
    if not pair.isdecimal() or not 1 <= int(pair) <= 100_000 or vote not in ("L", "R"):
        raise ValueError(f"{name}: pair {pair!r} has the vote {vote!r}; a pair is a number, and a vote is L or R.")
    return int(pair), vote == "L"


def _line(words: str, width: int) -> torch.Tensor:
    strip = Pillow.new("RGB", (width, 36), PAPER)
    ImageDraw.Draw(strip).text((width // 2, 18), words, INK, ImageFont.load_default(18), anchor="mm")
    return from_pillow(strip).unsqueeze(0)
