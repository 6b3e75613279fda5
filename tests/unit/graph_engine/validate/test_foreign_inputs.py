"""What specs of plug-ins can say beyond ours: inputs by any name, values without a widget, checks of their own."""

from typing import Any

from graph_engine.document.graph import Graph, GraphNode, Link
from graph_engine.spec.json import catalogue_from_json, catalogue_to_json
from graph_engine.spec.node import ChoiceWidget, InputSpec, IntegerWidget, NodeSpec, OutputSpec
from graph_engine.validate.validate import Validation, validate

SOURCE = NodeSpec(id="Source", title="", category="", outputs=(OutputSpec(name="x", type="LATENT"),))


def checked(spec: NodeSpec, **inputs: Any) -> Validation:
    nodes = {"1": GraphNode("1", "Source"), "2": GraphNode("2", spec.id, inputs)}
    catalogue = catalogue_from_json(catalogue_to_json({"Source": SOURCE, spec.id: spec}))
    return validate(Graph(nodes), catalogue)


def spec(*inputs: InputSpec, **more: Any) -> NodeSpec:
    return NodeSpec(id="Node", title="", category="", inputs=inputs, is_output=True, **more)


def test_further_inputs_stay_where_the_node_takes_them():
    wire = Link("1", 0)
    assert checked(spec(), a=1, b=wire).graph.nodes["2"].inputs == {}
    assert checked(spec(further_inputs="wires"), a=1, b=wire).graph.nodes["2"].inputs == {"b": wire}
    assert checked(spec(further_inputs="any"), a=1, b=wire).graph.nodes["2"].inputs == {"a": 1, "b": wire}


def test_a_further_wire_must_lead_somewhere():
    (found,) = checked(spec(further_inputs="wires"), b=Link("7", 0)).errors
    assert found.code == "link.unknown_node"


def test_an_input_without_a_widget_takes_a_value_where_the_spec_says_so():
    socket = InputSpec(name="a", type="COLOUR")
    assert [item.code for item in checked(spec(socket), a="#fff").errors] == ["input.needs_wire"]
    assert not checked(spec(InputSpec(name="a", type="COLOUR", any_value=True)), a="#fff").errors


def test_bounds_and_choices_are_left_to_a_node_that_checks_them_and_types_are_not():
    number = InputSpec(name="a", type="INT", widget=IntegerWidget(maximum=3), unbounded=True)
    assert checked(spec(number), a="70").graph.nodes["2"].inputs == {"a": 70}
    assert [item.code for item in checked(spec(number), a="many").errors] == ["value.not_an_integer"]
    choice = InputSpec(name="a", type="COMBO", widget=ChoiceWidget(choices=("x",)), unbounded=True)
    assert not checked(spec(choice), a="y").errors


def test_types_of_wires_are_left_to_a_node_that_checks_them():
    image = InputSpec(name="a", type="IMAGE")
    assert [item.code for item in checked(spec(image), a=Link("1", 0)).errors] == ["link.type_mismatch"]
    assert not checked(spec(image, checks_types=True), a=Link("1", 0)).errors
