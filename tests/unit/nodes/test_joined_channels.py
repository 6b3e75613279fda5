"""Inpainting and editing models in graphs: the starter, taught to read further channels."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from graph_engine.run.events import NodeFinished
from tests.unit.nodes.house import ROOT, House

FIRST = "model.diffusion_model.input_blocks.0.0.weight"


def widened(folder: Path, channels: int) -> None:
    """The starter with a first layer that reads `channels`; what it makes of the further ones is random."""
    with safe_open(ROOT / "models/checkpoints/starter-sd.safetensors", "pt") as file:
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    known = state[FIRST]
    torch.manual_seed(channels)
    further = torch.randn(known.shape[0], channels - known.shape[1], 3, 3).to(known) * 0.2
    state[FIRST] = torch.cat([known, further], dim=1)
    (folder / "models" / "checkpoints").mkdir(parents=True)
    save_file(state, folder / "models" / "checkpoints" / "wide.safetensors", metadata=metadata)


def wide_graph(house: House, node: dict[str, Any], picture: int) -> dict[str, Any]:
    """A picture of `picture` grey, its left half masked, and a run of two steps with the node's outputs."""
    graph = house.graph("a red circle")
    graph["1"] = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "wide.safetensors"}}
    pixels = np.full((64, 64, 3), picture, np.uint8)
    Image.fromarray(pixels).save(house.folders.input / "grey.png")
    mask = np.zeros((64, 64, 3), np.uint8)
    mask[:, :32] = 255
    Image.fromarray(mask).save(house.folders.input / "left.png")
    wires = {"positive": ["4", 0], "negative": ["5", 0], "vae": ["1", 2], "pixels": ["20", 0]}
    graph["20"] = {"class_type": "LoadImage", "inputs": {"image": "grey.png"}}
    graph["21"] = {"class_type": "LoadImageMask", "inputs": {"image": "left.png", "channel": "red"}}
    graph["22"] = {"class_type": node["class_type"], "inputs": {**wires, **node["inputs"]}}
    graph["7"]["inputs"] |= {"positive": ["22", 0], "negative": ["22", 1], "latent_image": ["22", 2]}
    return graph


def saved_latent(house: House, node: str) -> torch.Tensor:
    events = (event for event in house.events if isinstance(event, NodeFinished) and event.node == node)
    file = next(events).ui["latents"][0]
    return load_file(house.folders.output / file["subfolder"] / file["filename"])["latent_tensor"]


@pytest.fixture(scope="module")
def inpainting_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("nine")
    widened(folder, 9)
    return House(folder)


def inpaint(**inputs: Any) -> dict[str, Any]:
    return {"class_type": "InpaintModelConditioning", "inputs": {"mask": ["21", 0], "noise_mask": True, **inputs}}


def test_an_inpainting_model_sees_the_picture_it_repaints(inpainting_house: House) -> None:
    dark, bright = (inpainting_house.picture(wide_graph(inpainting_house, inpaint(), grey)) for grey in (40, 220))
    assert np.abs(dark - bright)[:, :24].mean() > 10


def test_an_inpainting_model_keeps_what_is_not_masked_only_where_it_is_told_to(inpainting_house: House) -> None:
    def latents(noise_mask: bool) -> tuple[torch.Tensor, torch.Tensor]:
        graph = wide_graph(inpainting_house, inpaint(noise_mask=noise_mask), 200)
        graph["30"] = {"class_type": "SaveLatent", "inputs": {"samples": ["22", 2], "filename_prefix": "given"}}
        graph["31"] = {"class_type": "SaveLatent", "inputs": {"samples": ["7", 0], "filename_prefix": "made"}}
        inpainting_house.picture(graph)
        return saved_latent(inpainting_house, "30"), saved_latent(inpainting_house, "31")

    given, made = latents(noise_mask=True)
    assert torch.equal(made[..., 5:], given[..., 5:])
    assert not torch.allclose(made[..., :4], given[..., :4], atol=0.1)
    given, made = latents(noise_mask=False)
    assert not torch.allclose(made[..., 5:], given[..., 5:], atol=0.1)


def test_an_inpainting_model_without_a_picture_repaints_everything(inpainting_house: House) -> None:
    graph = inpainting_house.graph("a red circle")
    graph["1"] = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "wide.safetensors"}}
    assert np.isfinite(inpainting_house.picture(graph)).all()


def test_an_editing_model_sees_the_picture_it_edits(tmp_path: Path) -> None:
    widened(tmp_path, 8)
    house = House(tmp_path)
    edit = {"class_type": "InstructPixToPixConditioning", "inputs": {}}
    dark, bright = (house.picture(wide_graph(house, edit, grey)) for grey in (40, 220))
    assert np.abs(dark - bright).mean() > 10
