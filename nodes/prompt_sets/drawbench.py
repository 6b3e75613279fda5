"""Prompts in the categories of DrawBench, and the user's own list."""

import csv
import io
import json
from pathlib import Path
from typing import Annotated

from graph_engine.spec.sdk import Choices, Ge, InputFile, Le, Name, NodeContext, Tooltip, node

FILE = Path(__file__).with_name("drawbench.json")
CATEGORIES = (
    "Colors",
    "Conflicting",
    "Counting",
    "DALL-E",
    "Descriptions",
    "Gary Marcus et al.",
    "Misspellings",
    "Positional",
    "Rare Words",
    "Reddit",
    "Text",
)
ALL = "all"
Prompt = Annotated[str, Name("prompt")]
Category = Annotated[str, Name("category")]
Count = Annotated[int, Name("count")]
Index = Annotated[int, Ge(0), Le(1_000_000), Tooltip("Which one; beyond the last it starts again")]


@node(id="DrawBenchPrompts", title="DrawBench prompts", category="text", aliases=("evaluation", "benchmark", "prompts"))
def drawbench_prompts(
    *, category: Annotated[str, Choices((ALL, *CATEGORIES))] = ALL, index: Index = 0
) -> tuple[Prompt, Category, Count]:
    """Gives prompts that are hard in known ways: colours, counting, places, conflicts, rare words, text.

    The eleven categories are those of DrawBench (Saharia et al. 2022, appendix C); the sentences are our own.
    """
    sets: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))["categories"]
    chosen = [(text, name) for name in CATEGORIES if category in (ALL, name) for text in sets[name]]
    text, name = chosen[index % len(chosen)]
    return text, name, len(chosen)


@node(id="PromptsFromFile", title="Prompts from file", category="text", aliases=("csv", "list", "lines", "DrawBench"))
def prompts_from_file(
    ctx: NodeContext,
    *,
    file: Annotated[str, InputFile(extensions=(".txt", ".csv", ".tsv"), upload=False)],
    index: Index = 0,
) -> tuple[Prompt, Category, Count]:
    """Gives the prompts of a file, one a line; in a table, the columns "Prompts" (or the first) and "Category"."""
    path = ctx.files.input(file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text; save it again as UTF-8.") from error
    rows = [(line.strip(), "") for line in text.splitlines() if line.strip()]
    if path.suffix.lower() in (".csv", ".tsv"):
        rows = _table(text, "\t" if path.suffix.lower() == ".tsv" else ",")
    if not rows:
        raise ValueError(f"{path.name} holds no prompts.")
    prompt, category = rows[index % len(rows)]
    return prompt, category, len(rows)


def _table(text: str, delimiter: str) -> list[tuple[str, str]]:
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in line)]
    if not lines:
        return []
    head = [cell.strip().lower() for cell in lines[0]]
    column = next((head.index(name) for name in ("prompts", "prompt", "text", "caption") if name in head), None)
    kind = head.index("category") if "category" in head else None
    body = lines if column is None else lines[1:]
    column = column or 0
    return [
        (line[column].strip(), line[kind].strip() if kind is not None and kind < len(line) else "")
        for line in body
        if column < len(line) and line[column].strip()
    ]
