"""Paints with the model that comes with the repository, in folders of its own."""

from pathlib import Path

import numpy as np
from PIL import Image

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


class House:
    """Runs graphs and keeps their events and pictures."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "models"
        self.folders = Folders(folder / "data", (ROOT / "models", self.models))
        self.folders.create()
        for kind in ("loras", "embeddings", "controlnet", "clip_vision"):
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
        return self.picture(self.graph(text, lora=lora, skip=skip))

    def picture(self, prompt: dict) -> np.ndarray:
        """Run a graph whose node 9 saves a picture; returns it."""
        done = self.run(prompt)
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
