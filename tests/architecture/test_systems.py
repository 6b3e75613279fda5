"""docs/systems.md names only what exists, and leaves no idea of the founding texts out."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([A-E]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = {found[1]: (found[3], found[4]) for found in ROW.finditer(PAGE)}
WANTED = [
    f"{text}{number}" for text, last in zip("ABCDE", (18, 32, 26, 20, 13), strict=True) for number in range(1, last + 1)
]
CATALOGUE = json.loads((ROOT / "nodes" / "catalogue.json").read_text(encoding="utf-8"))
NODES = {node["id"] for node in CATALOGUE}
INPUTS = {node["id"]: {item["name"] for item in node["inputs"]} for node in CATALOGUE}
TEMPLATES = {path.stem for path in (ROOT / "workflows").glob("*.json")}


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_idea_has_one_row():
    assert [found[1] for found in ROW.finditer(PAGE)] == WANTED


@pytest.mark.parametrize("row", WANTED)
def test_what_a_row_names_exists(row):
    where, tests = ROWS[row]
    nodes = [name for name in names(where) if name in NODES]
    for name in names(where):
        known = name in TEMPLATES or any(name in INPUTS[node] for node in nodes) or (ROOT / name).exists()
        assert name in nodes or known, f"{row}: {name} is no node, template, file, or input of the row's nodes"
    for name in names(tests):
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), f"{row}: {path}"
        assert re.search(rf"^(async )?def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name


def test_a_row_without_a_test_says_that_it_is_documentation():
    untested = {row: where for row, (where, tests) in ROWS.items() if not names(tests)}
    assert all(where.startswith("documentation only") for where in untested.values()), untested
    assert len(untested) <= 4


def test_every_template_belongs_to_a_system():
    summary = PAGE.partition("## By idea")[0]
    told = {name for line in summary.splitlines() if line.startswith("| ") for name in names(line.split("|")[4])}
    assert told == TEMPLATES
