"""The shipped CLIP through the nodes that people wire: it scores a true caption above a false one."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from graph_engine.run.events import NodeFinished
from tests.unit.nodes.house import House
from training.world.captions import parse_caption
from training.world.render import render_image
from training.world.scene import place

TRUE = "a red circle above a blue square on a white background"
TURNED = "a blue square above a red circle on a white background"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    render_image(place(parse_caption(TRUE), random.Random(1))).save(made.folders.input / "scene.png")
    return made


def graph(*texts: str) -> dict[str, Any]:
    nodes: dict[str, Any] = {
        "image": {"class_type": "LoadImage", "inputs": {"image": "scene.png"}},
        "eye": {"class_type": "CLIPVisionLoader", "inputs": {"clip_name": "starter-clip.safetensors"}},
        "clip": {"class_type": "CLIPLoader", "inputs": {"clip_name": "starter-clip.safetensors", "type": "unclip"}},
    }
    for number, text in enumerate(texts):
        nodes[f"text{number}"] = {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": ["clip", 0]}}
        told = {"images": ["image", 0], "clip_vision": ["eye", 0], "text": [f"text{number}", 0]}
        nodes[f"score{number}"] = {"class_type": "CLIPScore", "inputs": told}
    return nodes


def test_the_clip_score_of_a_true_caption_is_above_that_of_its_twin(house: House) -> None:
    done = house.run(graph(TRUE, TURNED))
    assert done.outcome == "succeeded", done.problems
    said = {event.node: event.ui["text"][0] for event in house.events if isinstance(event, NodeFinished) and event.ui}
    scores = [float(said[f"score{number}"].split()[2]) for number in range(2)]
    assert scores[0] > 2.0, json.dumps(said)
    assert scores[0] > scores[1] + 0.05
