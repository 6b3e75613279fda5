"""What packs import of ComfyUI and call of its built-in nodes, answered by ours."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from compat.comfyui.worker.finder import ShimFinder
from compat.comfyui.worker.shims.table import ShimPlace, answer_for_core_nodes, shim_table
from graph_engine.files.folders import Folders
from graph_engine.spec.context import NodeMemory
from nodes.registry import build


def no_memory() -> NodeMemory:
    raise AssertionError("no node asks for a device here")


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Any]:
    """The module ``nodes`` as packs find it, with one checkpoint in its folder."""
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    registry = build()
    place = ShimPlace(Folders(tmp_path, (tmp_path / "models",)), no_memory, dict, lambda: registry)
    finder = ShimFinder(shim_table(place))
    finder.install()
    answer_for_core_nodes(place)
    module = importlib.import_module("nodes")
    yield module
    del vars(module)["__getattr__"]
    finder.remove()


def test_further_modules_have_the_built_in_classes_and_nothing_else(nodes: Any) -> None:
    module = importlib.import_module("comfy_extras.nodes_latent")
    made = module.LatentBatch().batch({"samples": torch.zeros(1, 4, 2, 2)}, {"samples": torch.ones(2, 4, 2, 2)})
    assert made[0]["samples"].shape == (3, 4, 2, 2)
    with pytest.raises(AttributeError, match="no attribute 'Nowhere'"):
        _ = module.Nowhere
    assert importlib.import_module("execution") is not None


def test_files_are_listed_as_they_are_when_a_class_is_asked(nodes: Any, tmp_path: Path) -> None:
    kind = nodes.CheckpointLoaderSimple
    assert kind.INPUT_TYPES()["required"]["ckpt_name"][0] == []
    (tmp_path / "models" / "checkpoints" / "new.safetensors").write_bytes(b"")
    assert kind.INPUT_TYPES()["required"]["ckpt_name"][0] == ["new.safetensors"]


def test_classes_carry_the_lists_that_packs_read_off_them(nodes: Any) -> None:
    assert "bicubic" in nodes.ImageScale.upscale_methods and "center" in nodes.ImageScale.crop_methods
    assert callable(nodes.common_ksampler)


def test_a_class_that_saves_states_where(nodes: Any, tmp_path: Path) -> None:
    assert (nodes.SaveImage().type, nodes.SaveImage().output_dir) == ("output", str(tmp_path / "output"))
    assert (nodes.PreviewImage().type, nodes.PreviewImage().output_dir) == ("temp", str(tmp_path / "temp"))


def test_orders_of_parameters_name_inputs_that_there_are(nodes: Any) -> None:
    seen: dict[str, Any] = {}
    order = importlib.import_module("compat.comfyui.worker.shims.core_nodes").ORDERS
    for name, names in order.items():
        seen[name] = set(names) <= {
            item for section in nodes.NODE_CLASS_MAPPINGS[name].INPUT_TYPES().values() for item in section
        }
    assert all(seen.values()), seen
    assert order["VAEDecode"][0] == "vae" and order["CLIPTextEncode"][0] == "clip"


def test_starting_noise_is_the_same_everywhere_and_follows_its_indices(nodes: Any) -> None:
    sample = importlib.import_module("comfy.sample")
    latent = torch.zeros(2, 4, 3, 3)
    assert torch.equal(sample.prepare_noise(latent, 5), sample.prepare_noise(latent, 5))
    twice = sample.prepare_noise(latent, 5, [1, 1])
    assert torch.equal(twice[0], twice[1]) and not torch.equal(twice[0], sample.prepare_noise(latent, 5)[0])


def test_pictures_are_resized_by_lanczos(nodes: Any) -> None:
    utilities = importlib.import_module("comfy.utils")
    assert utilities.lanczos(torch.rand(1, 3, 8, 8), 4, 6).shape == (1, 3, 6, 4)
