"""Who holds what memory, over real HTTP, from a real worker with a device."""

from pathlib import Path

import torch

from diffusion.networks.unet import UNet, UNetConfig
from tests.contract.conftest import Studio, start_studio
from tests.random_checkpoint import write_random_checkpoint


def test_the_memory_page_names_the_model_its_node_and_its_residency_and_freeing_empties_it(tmp_path: Path) -> None:
    with torch.device("meta"):
        network = UNet(
            UNetConfig(model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 1))
        )
    shapes = {f"model.diffusion_model.{name}": tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    write_random_checkpoint(tmp_path / "models" / "checkpoints" / "tiny.safetensors", shapes)
    registry = ["--node-registry", "tests.contract.guided_step:build", "--device", "cpu"]
    studio = start_studio(tmp_path, *registry, "--device-memory", "100MB")
    try:
        inputs = {"name": "tiny.safetensors", "side": 8, "working": 1 << 20, "calls": 1}
        done = studio.run({"s": {"class_type": "GuidedStep", "inputs": inputs}})
        assert done["state"] == "succeeded", done["problems"]
        (place,) = studio.get("/api/v1/memory").json["places"]
        (holder,) = place["holders"]
        assert (place["device"], place["budget"]) == ("cpu", 100_000_000)
        assert (holder["name"], holder["nodes"], holder["residency"]) == ("tiny.safetensors, unet", ["s"], "full")
        assert place["held"] == holder["bytes"] == sum(4 * torch.Size(shape).numel() for shape in shapes.values())
        assert studio.post("/free", {"unload_models": True}).status == 200
        (place,) = studio.get("/api/v1/memory").json["places"]
        assert (place["holders"], place["held"], place["working"]) == ([], 0, 0)
        assert place["peak"] >= holder["bytes"]
        (device,) = studio.get("/system_stats").json["devices"]
        assert (device["type"], device["vram_total"] >= device["vram_free"] > 0) == ("cpu", True)
    finally:
        studio.stop()


def test_a_worker_without_a_device_holds_nothing(studio: Studio) -> None:
    assert studio.get("/api/v1/memory").json == {"places": []}
