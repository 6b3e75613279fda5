"""What a graph says of the picture it made."""

import json
from pathlib import Path
from typing import Any

from web.server.gallery.facts import facts_of, is_graph, parameters_of

ROOT = Path(__file__).resolve().parents[4]


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


GRAPH = {
    "1": node("CheckpointLoaderSimple", ckpt_name="sd.safetensors"),
    "2": node("CLIPTextEncode", text="a red house", clip=["1", 1]),
    "3": node("CLIPTextEncode", text="snow", clip=["1", 1]),
    "4": node(
        "KSampler",
        model=["1", 0],
        positive=["2", 0],
        negative=["3", 0],
        seed=2**63,
        steps=20,
        cfg=7.5,
        sampler_name="euler",
    ),
    "5": node("SaveImage", images=["4", 0]),
    "6": node(
        "KSampler", model=["1", 0], positive=["3", 0], negative=["2", 0], seed=5, steps=3, cfg=1, sampler_name="ddim"
    ),
    "7": node("SaveImage", images=["6", 0]),
}


def test_prompt_model_and_sampler_are_those_of_the_sampler_behind_the_picture() -> None:
    facts = facts_of(GRAPH, "5")
    assert (facts.prompt, facts.negative, facts.model) == ("a red house", "snow", "sd.safetensors")
    assert (facts.seed, facts.steps, facts.cfg, facts.sampler) == (str(2**63), 20, 7.5, "euler")
    assert facts_of(GRAPH, "7").seed == "5" and facts_of(GRAPH, "7").prompt == "snow"


def test_a_prompt_that_is_wired_in_is_followed_to_its_text() -> None:
    graph = {**GRAPH, "8": node("Text", value="from afar"), "2": node("CLIPTextEncode", text=["8", 0], clip=["1", 1])}
    assert facts_of(graph, "5").prompt == "from afar"


def test_a_circle_and_a_link_to_nowhere_do_no_harm() -> None:
    graph = {"1": node("A", x=["2", 0], positive=["9", 0]), "2": node("B", x=["1", 0], seed=4)}
    assert facts_of(graph, "1").seed == "4" and facts_of(graph).prompt == ""


def test_a_chain_of_ten_thousand_nodes_is_read() -> None:
    graph = {str(i): node("Step", image=[str(i + 1), 0]) for i in range(10_000)}
    graph["10000"] = node("Source", seed=9)
    assert facts_of(graph, "0").seed == "9"


def test_parameters_come_nearest_first_and_without_wires() -> None:
    found = parameters_of(GRAPH, "5")
    assert [item.name for item in found[:4]] == ["seed", "steps", "cfg", "sampler_name"]
    assert {item.type for item in found} == {"KSampler", "CheckpointLoaderSimple", "CLIPTextEncode"}


def test_a_workflow_document_is_no_graph() -> None:
    assert not is_graph(json.loads((ROOT / "workflows" / "text-to-image.json").read_text()))
    assert not is_graph({}) and is_graph(GRAPH)
