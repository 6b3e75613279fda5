import pytest

from cli.overrides import Override, OverrideError, apply_overrides, apply_overrides_to_prompt, find_node
from graph_engine.spec.node import BooleanWidget, InputSpec, IntegerWidget, NodeSpec, NumberWidget, TextWidget

SPEC = NodeSpec(
    id="Paint",
    title="Paint",
    category="",
    inputs=(
        InputSpec(name="text", type="STRING", widget=TextWidget()),
        InputSpec(name="seed", type="INT", widget=IntegerWidget(seed=True)),
        InputSpec(name="cfg", type="FLOAT", widget=NumberWidget()),
        InputSpec(name="tile", type="BOOLEAN", widget=BooleanWidget()),
        InputSpec(name="model", type="MODEL"),
    ),
)
CATALOGUE = {"Paint": SPEC}
DOCUMENT = {
    "nodes": [
        {"id": "a", "type": "Paint", "title": "First", "widgets": {"text": "x"}},
        {"id": "b", "type": "Paint", "title": "Twin"},
        {"id": "c", "type": "Paint", "title": "Twin"},
        {"id": "d", "type": "Gone", "title": "Odd"},
    ],
    "wires": [{"from": ["b", "S"], "to": ["a", "text"]}],
}


def change(text: str) -> dict:
    return apply_overrides(DOCUMENT, [Override.parse(text)], CATALOGUE)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("a.text=b=c.d", "text", "b=c.d"),
        ("First.seed=18446744073709551615", "seed", 18446744073709551615),
        ("first.cfg=4", "cfg", 4.0),
        ("a.tile=No", "tile", False),
    ],
)
def test_a_value_takes_the_type_of_its_input(text: str, name: str, value: object) -> None:
    assert change(text)["nodes"][0]["widgets"][name] == value


def test_a_set_value_replaces_the_wire_into_it() -> None:
    assert change("a.text=new")["wires"] == []


def test_the_document_given_is_left_alone() -> None:
    change("a.text=new")
    assert DOCUMENT["nodes"][0]["widgets"] == {"text": "x"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "node.input=value"),
        (".text=1", "node.input=value"),
        ("Twin.text=1", "use an id: b, c"),
        ("nobody.text=1", "no node has this id or title"),
        ("a.colour=1", "It has: text, seed, cfg, tile"),
        ("a.seed=many", "not a whole number"),
        ("a.cfg=much", "not a number"),
        ("a.tile=maybe", "neither true nor false"),
        ("a.model=x", "takes a wire (MODEL)"),
        ("d.text=x", "'Gone' is not known"),
    ],
)
def test_what_cannot_be_set_is_explained(text: str, words: str) -> None:
    with pytest.raises(OverrideError, match=r".") as caught:
        change(text)
    assert words in str(caught.value)


def test_an_id_wins_over_a_title() -> None:
    assert find_node([("x", "y"), ("y", "z")], "y") == "y"


def test_run_form_is_changed_by_id_or_title() -> None:
    prompt = {"3": {"class_type": "Paint", "inputs": {"text": ["1", 0]}, "_meta": {"title": "Words"}}}
    changed = apply_overrides_to_prompt(prompt, [Override.parse("words.text=hello")], CATALOGUE)
    assert changed["3"]["inputs"]["text"] == "hello"
    assert prompt["3"]["inputs"]["text"] == ["1", 0]
