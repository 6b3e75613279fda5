"""Prompts, learned words and LoRA through nodes, on the model that comes with the repository."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import Event, JobFinished, NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

ROOT = Path(__file__).resolve().parents[3]
LOADER = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "starter-sd.safetensors"}}
QUERY = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_q"


class House:
    """Runs graphs and keeps their events and pictures."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "models"
        self.folders = Folders(folder / "data", (ROOT / "models", self.models))
        self.folders.create()
        for kind in ("loras", "embeddings"):
            (self.models / kind).mkdir(parents=True)
        self.runner = InProcessRunner(build_surroundings(build(), self.folders, device_memory("cpu")))
        self.events: list[Event] = []

    def run(self, prompt: dict) -> JobFinished:
        self.events = []
        self.runner.run(RunRequest(job_id="job", graph=graph_from_json(prompt)[0]), self.events.append)
        assert isinstance(self.events[-1], JobFinished)
        return self.events[-1]

    def paint(self, text: str, *, lora: dict | None = None, skip: int | None = None) -> np.ndarray:
        """Two steps with a prompt; returns the picture."""
        done = self.run(self.graph(text, lora=lora, skip=skip))
        assert done.outcome == "succeeded", done.problems
        shown = [event.ui["images"] for event in self.events if isinstance(event, NodeFinished) and event.node == "9"]
        return np.asarray(Image.open(self.folders.output / shown[0][0]["filename"]).convert("RGB"), dtype=float)

    def graph(self, text: str, *, lora: dict | None = None, skip: int | None = None) -> dict:
        nodes: dict = {"1": LOADER}
        model, clip = ["1", 0], ["1", 1]
        if lora is not None:
            nodes["2"] = {"class_type": "LoraLoader", "inputs": {"model": model, "clip": clip, **lora}}
            model, clip = ["2", 0], ["2", 1]
        if skip is not None:
            nodes["3"] = {"class_type": "CLIPSetLastLayer", "inputs": {"clip": clip, "stop_at_clip_layer": -skip}}
            clip = ["3", 0]
        return nodes | {
            "4": {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": clip}},
            "5": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["1", 1]}},
            "6": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
            "7": {
                "class_type": "KSampler",
                "inputs": {
                    **{"model": model, "positive": ["4", 0], "negative": ["5", 0], "latent_image": ["6", 0]},
                    **{"seed": 1, "steps": 2, "cfg": 4.0, "sampler_name": "euler", "scheduler": "normal"},
                    "denoise": 1.0,
                },
            },
            "8": {"class_type": "VAEDecode", "inputs": {"samples": ["7", 0], "vae": ["1", 2]}},
            "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "p"}},
        }

    def told(self, node: str) -> list[str]:
        return [
            sentence
            for event in self.events
            if isinstance(event, NodeFinished) and event.node == node
            for sentence in event.ui.get("text", [])
        ]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).mean())


def test_a_long_prompt_is_read_in_windows(house: House) -> None:
    short = house.paint("a red circle")
    assert distance(short, house.paint("a red circle, " + "a blue square, " * 30)) > 1


def test_a_weight_changes_the_picture_and_the_weight_one_does_not(house: House) -> None:
    plain = house.paint("a red circle")
    assert distance(plain, house.paint("a (red:1.0) circle")) == 0
    assert distance(plain, house.paint("a (red:1.8) circle")) > 0.1


def test_clip_skip_changes_the_picture(house: House) -> None:
    assert distance(house.paint("a red circle"), house.paint("a red circle", skip=2)) > 0.5


def test_a_learned_word_is_read_from_its_folder_and_a_missing_one_is_told(house: House) -> None:
    save_file({"emb_params": torch.randn(2, 192)}, house.models / "embeddings" / "ink.safetensors")
    plain = house.paint("a circle")
    assert distance(plain, house.paint("a circle embedding:ink")) > 0.1
    assert house.told("4") == []
    assert distance(plain, house.paint("a circle embedding:nowhere")) == 0
    assert "'nowhere'" in house.told("4")[0]


def test_a_name_outside_of_the_folder_of_learned_words_is_not_read(house: House) -> None:
    save_file({"emb_params": torch.randn(2, 192)}, house.models / "secret.safetensors")
    house.paint("a circle embedding:../secret")
    assert "left out" in house.told("4")[0]


def test_a_lora_changes_the_picture_by_its_strength(house: House) -> None:
    torch.manual_seed(0)
    width = 128
    tensors = {f"{QUERY}.lora_down.weight": torch.randn(2, width), f"{QUERY}.lora_up.weight": torch.randn(width, 2)}
    tensors["lora_unet_nowhere.lora_up.weight"] = torch.zeros(1)
    save_file(tensors, house.models / "loras" / "style.safetensors")
    plain = house.paint("a red circle")
    off = {"lora_name": "style.safetensors", "strength_model": 0.0, "strength_clip": 0.0}
    assert distance(plain, house.paint("a red circle", lora=off)) == 0
    assert distance(plain, house.paint("a red circle", lora={**off, "strength_model": 1.0})) > 0.5
    assert "1 of 2 layers" in house.told("2")[0]


def test_a_lora_for_another_model_is_refused_in_words(house: House) -> None:
    save_file({"lora_unet_nowhere.lora_up.weight": torch.zeros(1)}, house.models / "loras" / "other.safetensors")
    lora = {"lora_name": "other.safetensors", "strength_model": 1.0, "strength_clip": 1.0}
    done = house.run(house.graph("a", lora=lora))
    assert done.outcome == "failed"
    assert "changes nothing" in done.problems[0].message
