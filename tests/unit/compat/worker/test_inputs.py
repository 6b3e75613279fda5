from typing import Any

import pytest

from compat.comfyui.worker.inputs import hidden_inputs, input_spec, stated_inputs, takes_any_name
from compat.comfyui.worker.socket_types import return_names, return_types, type_name
from graph_engine.spec.node import ChoiceWidget, FileWidget, InputSpec, IntegerWidget, NumberWidget


class AnyType(str):
    def __ne__(self, other: object) -> bool:
        return False


class NearlyText(str):
    """A subclass that changes nothing about comparing."""


class Anything(dict[str, Any]):
    def __contains__(self, name: object) -> bool:
        return True


def spec_of(entry: Any, name: str = "thing", *, unbounded: bool = False) -> InputSpec:
    (stated,) = stated_inputs({"required": {name: entry}})
    return input_spec(stated, unbounded=unbounded)


def test_a_text_that_differs_from_nothing_is_any_type_and_other_texts_are_themselves():
    assert type_name(AnyType("whatever")) == "*"
    assert type_name(NearlyText("MODEL")) == "MODEL" and type(type_name(NearlyText("MODEL"))) is str
    assert type_name(["a", "b"]) == "COMBO"


def test_numbers_keep_their_bounds_and_seeds_their_control():
    assert spec_of(("INT", {"default": 2, "min": 0, "max": 1e6, "step": 4})).widget == IntegerWidget(
        default=2, minimum=0, maximum=1_000_000, step=4
    )
    assert spec_of(("FLOAT", {"display": "slider", "max": 1})).widget == NumberWidget(
        default=0.0, maximum=1.0, slider=True
    )
    seed = spec_of(("INT", {}), name="noise_seed").widget
    assert isinstance(seed, IntegerWidget) and seed.seed


def test_an_entry_without_options_or_without_a_tuple_is_read_too():
    assert spec_of(("MODEL",)).type == "MODEL" and spec_of("MODEL").type == "MODEL"


def test_an_input_that_is_wired_only_still_takes_a_value_from_a_script():
    spec = spec_of(("INT", {"forceInput": True}))
    assert spec.widget is None and spec.any_value


def test_choices_that_clients_fetch_are_not_checked_and_lists_of_choices_are_taken_as_they_come():
    fetched = spec_of(("COMBO", {"remote": {"route": "/x"}}))
    assert isinstance(fetched.widget, ChoiceWidget) and fetched.unbounded
    several = spec_of((["a", "b"], {"multi_select": True}))
    assert several.widget is None and several.any_value


def test_a_list_of_pictures_to_upload_to_is_a_file():
    widget = spec_of((["a.png"], {"image_upload": True})).widget
    assert isinstance(widget, FileWidget) and widget.root == "input" and widget.upload


def test_optional_inputs_that_hold_every_name_are_known_by_a_name_that_nobody_has():
    assert takes_any_name({"optional": Anything()}) and not takes_any_name({"optional": {"a": ("INT",)}})


def test_hidden_inputs_are_read_as_texts_and_as_tuples():
    assert hidden_inputs({"hidden": {"id": "UNIQUE_ID", "p": ("PROMPT",)}}) == {"id": "UNIQUE_ID", "p": "PROMPT"}


@pytest.mark.parametrize(
    ("types", "names", "expected"),
    [
        (("A", "A"), None, ("A", "A 2")),
        (("A", "B"), ("x",), ("x", "B")),
        (("A",), "bare", ("bare",)),
        ("A", None, ("A",)),
        ((["a", "b"],), None, ("COMBO",)),
    ],
)
def test_outputs_get_names_that_differ(types: Any, names: Any, expected: tuple[str, ...]):
    cls = type("Node", (), {"RETURN_TYPES": types, "RETURN_NAMES": names})
    assert return_names(cls, len(return_types(cls))) == expected
