import pytest

from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    IntegerWidget,
    NumberWidget,
    TextWidget,
    Widget,
)
from graph_engine.validate.values import ValueRefused, checked_value

SEED = IntegerWidget(minimum=0, maximum=2**64 - 1, seed=True)


class OneFile:
    def has(self, widget: FileWidget, name: str) -> bool:
        return name == "folder/a.safetensors"


@pytest.mark.parametrize(
    ("widget", "given", "meant"),
    [
        (SEED, "18446744073709551615", 2**64 - 1),
        (IntegerWidget(), 20.0, 20),
        (NumberWidget(), 7, 7.0),
        (NumberWidget(), "0.5", 0.5),
        (TextWidget(), 5, "5"),
        (BooleanWidget(), "false", False),
        (BooleanWidget(), "True", True),
        (BooleanWidget(), 1, True),
        (ChoiceWidget(choices=("a/b",)), "a\\b", "a/b"),
        (ChoiceWidget(choices=("512",)), 512, "512"),
        (FileWidget(), "folder\\a.safetensors", "folder/a.safetensors"),
    ],
)
def test_a_value_is_brought_to_the_type_its_widget_means(widget: Widget, given: object, meant: object):
    result = checked_value(widget, given, OneFile())
    assert result == meant
    assert type(result) is type(meant)


@pytest.mark.parametrize(
    ("widget", "given", "code"),
    [
        (IntegerWidget(), True, "value.not_an_integer"),
        (IntegerWidget(), 1.5, "value.not_an_integer"),
        (IntegerWidget(), "1e3", "value.not_an_integer"),
        (IntegerWidget(), "9" * 5000, "value.not_an_integer"),
        (IntegerWidget(minimum=1), 0, "value.too_small"),
        (SEED, str(2**64), "value.too_large"),
        (NumberWidget(), float("nan"), "value.not_a_number"),
        (NumberWidget(), "inf", "value.not_a_number"),
        (NumberWidget(), 10**400, "value.not_a_number"),
        (NumberWidget(maximum=1.0), 1.01, "value.too_large"),
        (TextWidget(), {"a": 1}, "value.not_a_text"),
        (TextWidget(), "x" * 1_000_001, "value.too_long"),
        (BooleanWidget(), "yes", "value.not_a_boolean"),
        (BooleanWidget(), 2, "value.not_a_boolean"),
        (ChoiceWidget(choices=("a",)), "b", "value.not_a_choice"),
        (FileWidget(), "../b", "value.no_such_file"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_code(widget: Widget, given: object, code: str):
    with pytest.raises(ValueRefused) as caught:
        checked_value(widget, given, OneFile())
    assert caught.value.code == code
