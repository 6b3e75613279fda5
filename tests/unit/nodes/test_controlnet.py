"""Control pictures through nodes, with a ControlNet of random weights for the model of the repository."""

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.networks.controlnet import ControlNet
from tests.unit.nodes.house import ROOT, House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("house"))
    torch.manual_seed(0)
    config = open_model(ROOT / "models/checkpoints/starter-sd.safetensors").denoiser.network.config
    save_file(ControlNet(config).state_dict(), made.models / "controlnet" / "lines.safetensors")
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8) * 4, (64, 1))).convert("RGB").save(
        made.folders.input / "lines.png"
    )
    return made


def controlled(house: House, *, advanced: bool = True, **inputs: object) -> np.ndarray:
    graph = house.graph("a red circle")
    graph["20"] = {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "lines.safetensors"}}
    graph["21"] = {"class_type": "LoadImage", "inputs": {"image": "lines.png"}}
    given = {"control_net": ["20", 0], "image": ["21", 0], "strength": 1.0, **inputs}
    if advanced:
        given = {"positive": ["4", 0], "negative": ["5", 0], "start_percent": 0.0, "end_percent": 1.0, **given}
        graph["22"] = {"class_type": "ControlNetApplyAdvanced", "inputs": given}
        graph["7"]["inputs"] |= {"positive": ["22", 0], "negative": ["22", 1]}
    else:
        graph["22"] = {"class_type": "ControlNetApply", "inputs": {"conditioning": ["4", 0], **given}}
        graph["7"]["inputs"]["positive"] = ["22", 0]
    return house.picture(graph)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).mean())


def test_a_control_picture_changes_what_is_painted_and_strength_zero_does_not(house: House) -> None:
    plain = house.paint("a red circle")
    assert distance(plain, controlled(house)) > 1
    assert distance(plain, controlled(house, strength=0.0)) == 0


def test_the_simple_node_controls_the_negative_prompt_too(house: House) -> None:
    assert distance(controlled(house, advanced=False), controlled(house)) == 0


def test_a_control_works_only_in_its_part_of_the_run(house: House) -> None:
    plain, whole = house.paint("a red circle"), controlled(house)
    first = controlled(house, end_percent=0.5)
    assert distance(first, plain) > 0.5
    assert distance(first, whole) > 0
    assert distance(controlled(house, start_percent=1.0), plain) == 0


def test_a_file_without_a_control_network_is_refused_in_words(house: House) -> None:
    source = ROOT / "models/checkpoints/starter-sd.safetensors"
    (house.models / "controlnet" / "model.safetensors").write_bytes(source.read_bytes())
    graph = house.graph("a")
    graph["20"] = {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "model.safetensors"}}
    graph["22"] = {
        "class_type": "ControlNetApply",
        "inputs": {"conditioning": ["4", 0], "control_net": ["20", 0], "image": ["8", 0], "strength": 1.0},
    }
    graph["23"] = {
        "class_type": "KSampler",
        "inputs": {**graph["7"]["inputs"], "positive": ["22", 0]},
    }
    graph["24"] = {"class_type": "VAEDecode", "inputs": {"samples": ["23", 0], "vae": ["1", 2]}}
    graph["25"] = {"class_type": "SaveImage", "inputs": {"images": ["24", 0], "filename_prefix": "n"}}
    done = house.run(graph)
    assert done.outcome == "failed"
    assert "no ControlNet" in done.problems[0].message
