from typing import Any

from graph_engine.document.form import FormField, FormOutput, FormSection
from graph_engine.document.reading import workflow_from_json
from graph_engine.document.writing import workflow_to_json


def document(form: Any, version: int = 2) -> dict[str, Any]:
    return {"noiseloom": version, "id": "w", "title": "t", "nodes": [], "wires": [], "form": form}


FORM = {
    "items": [
        {"kind": "output", "node": "9"},
        {"kind": "field", "node": "3", "widget": "steps", "label": "Care", "help": "Few are quick", "maximum": 30},
        {"kind": "section", "title": "More", "folded": True},
        {"kind": "field", "node": "6", "widget": "text", "from a newer page": 1},
    ]
}


def test_a_form_is_read_and_written_back_as_it_was() -> None:
    workflow, problems = workflow_from_json(document(FORM))
    assert not problems and workflow.form is not None
    output, steps, section, text = workflow.form.items
    assert isinstance(output, FormOutput) and isinstance(section, FormSection) and section.folded
    assert isinstance(steps, FormField) and (steps.widget, steps.maximum, steps.minimum) == ("steps", 30, None)
    assert isinstance(text, FormField) and text.rest == {"from a newer page": 1}
    assert workflow_to_json(workflow)["form"] == FORM


def test_a_workflow_without_a_form_is_written_without_one() -> None:
    workflow, problems = workflow_from_json({k: v for k, v in document(None).items() if k != "form"})
    assert not problems and workflow.form is None
    assert "form" not in workflow_to_json(workflow)


def test_what_is_no_item_is_left_out_and_told() -> None:
    items = [
        "x",
        {"kind": "field", "node": "3"},
        {"kind": "output"},
        {"kind": "dial"},
        {"kind": "section", "title": "a"},
    ]
    workflow, problems = workflow_from_json(document({"items": items}))
    assert workflow.form is not None and workflow.form.items == (FormSection(title="a"),)
    assert [problem.code for problem in problems] == ["document.bad_field"] * 4
    assert problems[1].params["where"] == "form item 2" and "widget" in problems[1].params["reason"]


def test_a_form_that_is_none_is_told_and_the_rest_is_read() -> None:
    for wrong in (7, {"items": 3}):
        workflow, problems = workflow_from_json(document(wrong))
        assert workflow.form is None and workflow.id == "w"
        assert [problem.params["where"] for problem in problems] == ["the form"]


def test_the_first_version_knew_no_forms() -> None:
    workflow, problems = workflow_from_json(document(FORM, version=1))
    assert not problems and workflow.form is None
    assert workflow.rest["form (version 1)"] == FORM
