"""The list of model files over HTTP: sizes at once, families once the worker has looked at the headers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.contract.conftest import ROOT, Studio, start_studio

STARTER = ROOT / "models/checkpoints/starter-sd.safetensors"


@pytest.fixture(scope="module")
def models_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("models")
    (folder / "models/checkpoints/mine").mkdir(parents=True)
    os.link(STARTER, folder / "models/checkpoints/mine/starter.safetensors")
    (folder / "models/checkpoints/page.safetensors").write_bytes(b"<html>not found</html>")
    (folder / "models/checkpoints/notes.txt").write_text("no model")
    (folder / "models/cards").mkdir()
    tensors = {"something.weight": torch.zeros(2, 3)}
    said = {"modelspec.title": "A\x1b thing", "modelspec.license": "MIT"}
    save_file(tensors, folder / "models/embeddings.safetensors", metadata=said)
    (folder / "models/loras").mkdir()
    (folder / "models/embeddings.safetensors").rename(folder / "models/loras/thing.safetensors")
    started = start_studio(folder, "--node-registry", "nodes.registry:build", "--device", "cpu", wait=False)
    started.wait_for_worker(120)
    yield started
    assert started.stop() == 0, started.output.read_text()[-3000:]


def by_kind(studio: Studio, query: str = "") -> dict:
    answer = studio.get(f"/api/v1/models{query}")
    assert answer.status == 200, answer.body
    return {kind["kind"]: kind for kind in answer.json["kinds"]}


def test_every_kind_is_listed_with_its_folder_and_only_model_files_count(models_studio: Studio) -> None:
    kinds = by_kind(models_studio)
    assert {"checkpoints", "loras", "embeddings", "vae", "controlnet"} <= kinds.keys()
    assert "cards" not in kinds
    checkpoints = kinds["checkpoints"]
    assert str(models_studio.models / "checkpoints") in checkpoints["folders"]
    names = [file["name"] for file in checkpoints["files"]]
    assert names == ["mine/starter.safetensors", "page.safetensors", "starter-sd.safetensors"]
    assert checkpoints["files"][0]["size"] == STARTER.stat().st_size
    assert kinds["vae"]["files"] == []


def test_the_worker_tells_the_family_from_the_header_and_a_page_saved_as_a_model_is_named(
    models_studio: Studio,
) -> None:
    kinds = by_kind(models_studio, "?facts=true")
    starter, page, _ = kinds["checkpoints"]["files"]
    assert (starter["facts"]["family"], starter["facts"]["title"]) == ("sd1", "Stable Diffusion 1")
    assert starter["facts"]["said"]["license"] == "Apache-2.0"
    assert "not a model file" in page["facts"]["problem"]
    (thing,) = kinds["loras"]["files"]
    assert (thing["facts"]["family"], thing["facts"]["said"]) == (
        None,
        {"title": "A  thing", "author": "", "license": "MIT", "description": "", "trigger": ""},
    )
    assert models_studio.get("/api/v1/models").json["complete"] is True


def test_a_file_that_changes_is_looked_at_again(models_studio: Studio) -> None:
    path = models_studio.models / "loras" / "later.safetensors"
    path.write_bytes(b"nothing yet, still being copied")
    (later, _) = by_kind(models_studio, "?facts=true&kind=loras")["loras"]["files"]
    assert later["facts"]["problem"]
    save_file({"a": torch.zeros(1)}, path)
    assert models_studio.get("/api/v1/models?kind=loras").json["complete"] is False
    (later, _) = by_kind(models_studio, "?facts=true&kind=loras")["loras"]["files"]
    assert (later["facts"]["problem"], later["facts"]["tensors"]) == ("", 1)


@pytest.mark.parametrize("kind", ["..", "../checkpoints", "a/b", "%00"])
def test_a_kind_that_leads_out_is_refused(models_studio: Studio, kind: str) -> None:
    assert models_studio.get(f"/api/v1/models?kind={kind}").status in (400, 404)


def test_a_folder_whose_name_nobody_can_ask_for_does_not_hide_the_others(studio: Studio) -> None:
    (studio.models / "old: loras").mkdir()
    answer = studio.get("/api/v1/models")
    (studio.models / "old: loras").rmdir()
    assert answer.status == 200
    assert "checkpoints" in {kind["kind"] for kind in answer.json["kinds"]}


def test_without_a_worker_that_knows_models_the_list_is_there_and_says_it_is_not_complete(studio: Studio) -> None:
    Path(studio.models / "checkpoints" / "unasked.safetensors").write_bytes(b"x")
    answer = studio.get("/api/v1/models?facts=true").json
    (checkpoints,) = [kind for kind in answer["kinds"] if kind["kind"] == "checkpoints"]
    (file,) = [file for file in checkpoints["files"] if file["name"] == "unasked.safetensors"]
    assert (file["facts"], answer["complete"]) == (None, False)
    Path(studio.models / "checkpoints" / "unasked.safetensors").unlink()
