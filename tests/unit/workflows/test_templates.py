"""Every ready workflow compiles, and everything in it is wired as its nodes ask; model files aside."""

import json
from pathlib import Path

import pytest

from graph_engine.document.compile import compile_workflow
from graph_engine.validate.validate import validate
from nodes.registry import build

FOLDER = Path(__file__).resolve().parents[3] / "workflows"


@pytest.fixture(scope="module")
def catalogue():
    return build().catalogue()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_ready_workflow_has_no_problem_but_the_files_a_person_brings(path, catalogue):
    graph, problems = compile_workflow(json.loads(path.read_text(encoding="utf-8")), catalogue)
    checked = validate(graph, catalogue)
    assert not problems
    assert not checked.problems
    assert set(checked.runnable) == set(checked.outputs)
    assert checked.outputs
