"""Latents through files, in graphs."""

from collections.abc import Callable
from typing import Any

import torch
from safetensors.torch import save_file

from graph_engine.files.folders import Folders
from graph_engine.run.events import Event, NodeFinished

Run = Callable[..., list[Event]]


def shown(events: list[Event], node: str) -> Any:
    return next(event.ui for event in events if isinstance(event, NodeFinished) and event.node == node)


def test_a_saved_latent_can_be_loaded_from_the_output_folder(run: Run, folders: Folders) -> None:
    events = run(
        {
            "1": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 32, "batch_size": 1}},
            "2": {"class_type": "SaveLatent", "inputs": {"samples": ["1", 0], "filename_prefix": "kept/one"}},
        },
        workflow={"a": 1},
    )
    file = shown(events, "2")["latents"][0]
    assert (folders.output / file["subfolder"] / file["filename"]).exists()
    name = f"{file['subfolder']}/{file['filename']} [output]"
    again = run(
        {
            "1": {"class_type": "LoadLatent", "inputs": {"latent": name}},
            "2": {"class_type": "SaveLatent", "inputs": {"samples": ["1", 0], "filename_prefix": "again"}},
        }
    )
    assert again[-1].outcome == "succeeded", again[-1].problems


def test_a_file_without_a_latent_is_refused_in_words(run: Run, folders: Folders) -> None:
    save_file({"x": torch.zeros(2)}, folders.input / "other.latent")
    events = run(
        {
            "1": {"class_type": "LoadLatent", "inputs": {"latent": "other.latent"}},
            "2": {"class_type": "SaveLatent", "inputs": {"samples": ["1", 0], "filename_prefix": "x"}},
        }
    )
    assert "holds no latent" in events[-1].problems[0].message
