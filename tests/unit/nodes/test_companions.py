"""A checkpoint may keep its text encoder in a file of its own."""

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from diffusion.checkpoints.companions import companions_of
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.load import open_model
from graph_engine.files.folders import Folders
from graph_engine.files.node_files import JailedFiles
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.events import NodeFinished
from graph_engine.spec.sdk import Blocked, NodeContext
from nodes import loaders
from nodes.companions import companions_read
from nodes.sockets import TextModel
from tests.unit.nodes.house import LOADER, ROOT, House

STARTER = ROOT / "models" / "checkpoints" / "starter-sd.safetensors"
ENCODER = ROOT / "models" / "text_encoders" / "starter-clip.safetensors"
PREFIX = "cond_stage_model.transformer."


def context_in(folder: Path) -> NodeContext:
    """What a node gets in a house of its own, whose models lie in ``folder``."""
    return NodeContext(
        node_id="n",
        job_id="j",
        files=JailedFiles(Folders(folder / "data", (folder / "models",))),
        memory=device_memory("cpu"),
        report=lambda *told: None,
        cancelled=lambda: False,
    )


def saved(path: Path, companions: object, weights: dict[str, torch.Tensor] | None = None) -> Path:
    """The starter's checkpoint with other companions, and perhaps further weights."""
    with safe_open(STARTER, "pt") as file:
        metadata = file.metadata()
    config = json.loads(metadata["noiseloom.config"]) | {"companions": companions}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(load_file(STARTER) | (weights or {}), path, metadata | {"noiseloom.config": json.dumps(config)})
    return path


@pytest.fixture
def context(tmp_path: Path) -> NodeContext:
    beside = tmp_path / "models" / "text_encoders"
    beside.mkdir(parents=True)
    shutil.copy(ENCODER, beside / "words.safetensors")
    return context_in(tmp_path)


def loaded(context: NodeContext, tmp_path: Path, companions: object, weights: dict[str, torch.Tensor] | None = None):
    saved(tmp_path / "models" / "checkpoints" / "whole.safetensors", companions, weights)
    return loaders.load_checkpoint(context, ckpt_name="whole.safetensors").values


def test_the_text_encoder_is_taken_from_the_companion(context: NodeContext, tmp_path: Path) -> None:
    model, text, vae = loaded(context, tmp_path, {"text_encoders": ["words.safetensors"]})
    assert isinstance(text, TextModel)
    assert (text.family, [one.kind for one in text.encoders]) == ("sd1", ["clip_l"])
    assert not isinstance(model, Blocked)
    assert not isinstance(vae, Blocked)


def test_a_missing_companion_is_named_with_its_folder_and_the_rest_still_comes(
    context: NodeContext, tmp_path: Path
) -> None:
    model, text, vae = loaded(context, tmp_path, {"text_encoders": ["gone.safetensors"]})
    assert isinstance(text, Blocked)
    assert "put gone.safetensors into the folder models/text_encoders" in text.message
    assert not isinstance(model, Blocked)
    assert not isinstance(vae, Blocked)


def test_a_companion_that_is_something_else_is_said_to_be(context: NodeContext, tmp_path: Path) -> None:
    shutil.copy(STARTER, tmp_path / "models" / "text_encoders" / "wrong.safetensors")
    _, text, _ = loaded(context, tmp_path, {"text_encoders": ["wrong.safetensors"]})
    assert isinstance(text, Blocked)
    assert "that file holds Stable Diffusion 1" in text.message


def test_a_damaged_companion_leaves_the_rest_usable(context: NodeContext, tmp_path: Path) -> None:
    (tmp_path / "models" / "text_encoders" / "torn.safetensors").write_bytes(b"<html>not found</html>")
    model, text, _ = loaded(context, tmp_path, {"text_encoders": ["torn.safetensors"]})
    assert isinstance(text, Blocked)
    assert "torn.safetensors" in text.message
    assert not isinstance(model, Blocked)


@pytest.mark.parametrize("name", ["../checkpoints/whole.safetensors", "/etc/passwd", "..\\..\\secret"])
def test_a_companion_outside_its_folder_is_refused(context: NodeContext, tmp_path: Path, name: str) -> None:
    _, text, _ = loaded(context, tmp_path, {"text_encoders": [name]})
    assert isinstance(text, Blocked)


def test_a_checkpoints_own_text_encoder_wins(context: NodeContext, tmp_path: Path) -> None:
    own = {PREFIX + name: tensor for name, tensor in load_file(ENCODER).items() if name != "text_projection.weight"}
    _, text, _ = loaded(context, tmp_path, {"text_encoders": ["gone.safetensors"]}, own)
    assert isinstance(text, TextModel)


def test_without_companion_and_encoder_model_and_autoencoder_come_and_the_text_says_how(
    context: NodeContext, tmp_path: Path
) -> None:
    model, text, vae = loaded(context, tmp_path, {})
    assert isinstance(text, Blocked)
    assert "holds no text encoder: load it (clip_l) with 'Load CLIP'" in text.message
    assert not isinstance(model, Blocked)
    assert not isinstance(vae, Blocked)


@pytest.mark.parametrize("companions", [["words.safetensors"], {"text_encoders": "words.safetensors"}, 7])
def test_companions_of_another_form_are_refused_with_a_sentence(tmp_path: Path, companions: object) -> None:
    path = saved(tmp_path / "odd.safetensors", companions)
    with pytest.raises(CheckpointError, match=r"noiseloom\.config"):
        companions_of(path)


def test_what_cannot_be_read_has_no_companions_for_the_cache(tmp_path: Path) -> None:
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    (tmp_path / "models" / "checkpoints" / "torn.ckpt").write_bytes(b"nothing")
    files = context_in(tmp_path).files
    for name in ("torn.ckpt", "gone.safetensors", "../x"):
        assert list(companions_read(files, ckpt_name=name)) == []


def test_the_shipped_checkpoint_holds_no_text_encoder_and_names_the_shared_one() -> None:
    opened = open_model(STARTER)
    assert opened.text == ()
    assert opened.companions == {"text_encoders": (ENCODER.name,)}
    assert opened.detection.family == "sd1"


def test_a_changed_companion_makes_the_loader_run_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    beside = house.models / "text_encoders" / "words.safetensors"
    beside.parent.mkdir()
    shutil.copy(ENCODER, beside)
    saved(house.models / "checkpoints" / "whole.safetensors", {"text_encoders": [beside.name]})
    graph = house.graph("a red circle") | {"1": {**LOADER, "inputs": {"ckpt_name": "whole.safetensors"}}}

    def loads() -> bool:
        return any(isinstance(one, NodeFinished) and one.node == "1" and not one.cached for one in house.events)

    before = house.picture(graph)
    assert loads()
    house.picture(graph | {"9": {**graph["9"], "inputs": {"images": ["8", 0], "filename_prefix": "again"}}})
    assert not loads()
    with safe_open(beside, "pt") as file:
        metadata = file.metadata()
    other = {name: tensor.flip(0).contiguous() for name, tensor in load_file(beside).items()}
    save_file(other, beside, metadata)
    os.utime(beside, ns=(1, 1))
    assert (house.picture(graph) != before).any()
    assert loads()
