from types import ModuleType
from typing import Annotated, Any, Literal

import pytest

from graph_engine.spec.json import (
    catalogue_from_json,
    catalogue_revision,
    catalogue_to_json,
    spec_from_json,
    spec_to_json,
)
from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NumberWidget,
    OutputSpec,
    TextWidget,
)
from graph_engine.spec.registry import DuplicateNode
from graph_engine.spec.sdk import (
    Choices,
    Ge,
    InputFile,
    Le,
    ModelFile,
    Multiline,
    Name,
    NodeContext,
    NodeResult,
    Outputs,
    Registry,
    Seed,
    Socket,
    Step,
    Tooltip,
    node,
)
from graph_engine.spec.signature import SignatureError, read_signature

Model = Annotated[Any, Socket("MODEL")]
Latent = Annotated[dict[str, Any], Socket("LATENT")]
Image = Annotated[Any, Socket("IMAGE")]


@node(id="KSampler", title="Sampler", category="sampling", aliases=("denoise",))
def ksampler(
    ctx: NodeContext,
    *,
    model: Annotated[Model, Tooltip("The network.")],
    seed: Annotated[int, Seed()] = 0,
    steps: Annotated[int, Ge(1), Le(10_000)] = 20,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1)] = 7.0,
    sampler_name: Annotated[str, Choices(("euler", "heun"))] = "euler",
    latent_image: Latent,
    mask: Latent | None = None,
    tiled: bool = False,
) -> Latent:
    """Turn noise into a latent."""
    return latent_image


def test_a_signature_states_inputs_outputs_and_help():
    kind = Registry.of([ksampler]).types["KSampler"]
    assert kind.context == "ctx"
    assert kind.spec.description == "Turn noise into a latent."
    assert kind.spec.aliases == ("denoise",)
    assert kind.spec.outputs == (OutputSpec(name="LATENT", type="LATENT"),)
    assert kind.spec.inputs == (
        InputSpec(name="model", type="MODEL", tooltip="The network."),
        InputSpec(
            name="seed", type="INT", widget=IntegerWidget(default=0, minimum=0, maximum=2**64 - 1, step=1, seed=True)
        ),
        InputSpec(name="steps", type="INT", widget=IntegerWidget(default=20, minimum=1, maximum=10_000)),
        InputSpec(name="cfg", type="FLOAT", widget=NumberWidget(default=7.0, minimum=0.0, maximum=100.0, step=0.1)),
        InputSpec(name="sampler_name", type="COMBO", widget=ChoiceWidget(choices=("euler", "heun"), default="euler")),
        InputSpec(name="latent_image", type="LATENT"),
        InputSpec(name="mask", type="LATENT", required=False),
        InputSpec(name="tiled", type="BOOLEAN", widget=BooleanWidget(default=False)),
    )


def test_texts_files_and_literals_become_their_widgets():
    def function(
        text: Annotated[str, Multiline()],
        name: Annotated[str, ModelFile("checkpoints", extensions=(".safetensors",))],
        image: Annotated[str, InputFile(extensions=(".png",))],
        mode: Literal["add", "mean"] = "mean",
    ) -> None: ...

    widgets = [item.widget for item in read_signature(function).inputs]
    assert widgets == [
        TextWidget(multiline=True),
        FileWidget(root="models", folder="checkpoints", extensions=(".safetensors",)),
        FileWidget(root="input", extensions=(".png",), upload=True),
        ChoiceWidget(choices=("add", "mean"), default="mean"),
    ]


def test_several_outputs_are_a_tuple_and_take_names():
    def function() -> tuple[Image, Annotated[Image, Name("preview")]]: ...  # type: ignore[empty-body]

    assert [(item.name, item.type) for item in read_signature(function).outputs] == [
        ("IMAGE", "IMAGE"),
        ("preview", "IMAGE"),
    ]


def test_a_node_result_states_its_outputs_by_marker():
    def many() -> Annotated[NodeResult, Outputs(Image, Latent)]: ...  # type: ignore[empty-body]
    def none() -> NodeResult: ...  # type: ignore[empty-body]

    assert [item.type for item in read_signature(many).outputs] == ["IMAGE", "LATENT"]
    assert read_signature(none).outputs == ()


def test_two_outputs_of_one_name_are_refused():
    def function() -> tuple[Image, Image]: ...  # type: ignore[empty-body]

    with pytest.raises(SignatureError, match="two outputs are called IMAGE"):
        read_signature(function)


def test_a_parameter_without_a_socket_type_is_refused_with_its_place():
    def function(thing: dict[str, int]) -> None: ...

    with pytest.raises(SignatureError, match=r"function.*test_sdk.py:\d+.*'thing'.*Socket"):
        read_signature(function)


def test_a_registry_collects_only_what_a_module_defines():
    module = ModuleType("made_up")

    def here(value: int = 1) -> int:
        return value

    here.__module__ = "made_up"
    vars(module)["here"] = node(id="Here", title="Here", category="test")(here)
    vars(module)["imported"] = ksampler
    assert list(Registry.collect(module, source="pack").catalogue()) == ["Here"]
    assert Registry.collect(module, source="pack").types["Here"].spec.source == "pack"


def test_two_nodes_of_one_id_are_refused_with_both_places():
    @node(id="KSampler", title="Another", category="test")
    def another() -> None: ...

    with pytest.raises(DuplicateNode) as caught:
        Registry.of([ksampler, another])
    assert str(caught.value).count("test_sdk.py:") == 2


def test_a_spec_survives_json_and_large_integers_travel_as_text():
    spec = Registry.of([ksampler]).catalogue()["KSampler"]
    stated = spec_to_json(spec)
    assert stated["inputs"][1]["widget"]["maximum"] == "18446744073709551615"
    assert spec_from_json(stated) == spec


def test_the_revision_follows_the_specs_and_not_their_order():
    @node(id="Other", title="Other", category="test")
    def other() -> None: ...

    one, two = Registry.of([ksampler, other]).catalogue(), Registry.of([other, ksampler]).catalogue()
    assert catalogue_revision(one) == catalogue_revision(two)
    assert catalogue_revision(one) != catalogue_revision(Registry.of([other]).catalogue())
    assert catalogue_from_json(catalogue_to_json(one)) == one
