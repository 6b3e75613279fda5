"""Pictures through the starter's autoencoder and back, and what cannot go through."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import Event, JobFinished, NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build
from training.world.render import render_image
from training.world.scene import draw_description, place

ROOT = Path(__file__).resolve().parents[3]
LOADER = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "starter-sd.safetensors"}}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[InProcessRunner, Folders]:
    folders = Folders(tmp_path_factory.mktemp("data"), (ROOT / "models",))
    folders.create()
    return InProcessRunner(build_surroundings(build(), folders, device_memory("cpu"))), folders


def finish(runner: InProcessRunner, prompt: dict) -> JobFinished:
    events: list[Event] = []
    runner.run(RunRequest(job_id="job", graph=graph_from_json(prompt)[0]), events.append)
    assert isinstance(events[-1], JobFinished)
    return events[-1]


def through_the_autoencoder(name: str, out: str, tiled: dict | None = None) -> dict:
    way, how = ("Tiled", tiled) if tiled else ("", {})
    return {
        "1": LOADER,
        "2": {"class_type": "LoadImage", "inputs": {"image": name}},
        "3": {"class_type": f"VAEEncode{way}", "inputs": {"pixels": ["2", 0], "vae": ["1", 2], **how}},
        "4": {"class_type": f"VAEDecode{way}", "inputs": {"samples": ["3", 0], "vae": ["1", 2], **how}},
        "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": out}},
    }


def test_a_picture_comes_back_from_its_latent(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    rng = random.Random(5)
    picture = render_image(place(draw_description(rng), rng))
    picture.save(folders.input / "scene.png")
    assert finish(runner, through_the_autoencoder("scene.png", "back")).outcome == "succeeded"
    back = Image.open(folders.output / "back_00001_.png").convert("RGB")
    error = np.asarray(picture.convert("RGB"), dtype=float) - np.asarray(back, dtype=float)
    assert 10 * np.log10(255**2 / np.square(error).mean()) > 28


def test_sides_are_cut_to_whole_cells(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    Image.new("RGB", (45, 37), "red").save(folders.input / "odd.png")
    assert finish(runner, through_the_autoencoder("odd.png", "odd")).outcome == "succeeded"
    assert Image.open(folders.output / "odd_00001_.png").size == (40, 32)


def test_a_picture_smaller_than_a_cell_is_refused_in_words(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    Image.new("RGB", (5, 5)).save(folders.input / "dot.png")
    done = finish(runner, through_the_autoencoder("dot.png", "dot"))
    assert done.outcome == "failed"
    assert done.problems[0].node == "3"
    assert "8 × 8" in done.problems[0].message


def test_exact_tiles_give_the_same_picture_as_none(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    rng = random.Random(6)
    render_image(place(draw_description(rng), rng)).save(folders.input / "tiles.png")
    tiles = {"tile_size": 64, "overlap": 0, "seams": "exact"}
    for name, tiled in (("whole", None), ("tiled", tiles)):
        assert finish(runner, through_the_autoencoder("tiles.png", name, tiled)).outcome == "succeeded"
    whole, tiled = (np.asarray(Image.open(folders.output / f"{n}_00001_.png"), dtype=int) for n in ("whole", "tiled"))
    assert np.abs(whole - tiled).max() <= 1


def test_the_starter_s_latents_are_near_the_scale_its_family_states(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    rng = random.Random(7)
    render_image(place(draw_description(rng), rng)).save(folders.input / "scale.png")
    events: list[Event] = []
    graph = {
        "1": LOADER,
        "2": {"class_type": "LoadImage", "inputs": {"image": "scale.png"}},
        "3": {"class_type": "EstimateLatentScale", "inputs": {"pixels": ["2", 0], "vae": ["1", 2]}},
        "4": {
            "class_type": "VAERoundTrip",
            "inputs": {"pixels": ["2", 0], "vae": ["1", 2], "corrupt": 0.0, "seed": 1},
        },
    }
    runner.run(RunRequest(job_id="job", graph=graph_from_json(graph)[0]), events.append)
    assert events[-1].outcome == "succeeded", events[-1].problems
    told = {event.node: event.ui["text"][0] for event in events if isinstance(event, NodeFinished) and event.ui}
    assert 0.1 < float(told["3"].split("scale ")[1].split(" ")[0]) < 0.4
    assert float(told["4"].split()[1]) > 28


def test_the_round_trip_tells_what_is_lost_and_more_where_noise_was_added(
    house: tuple[InProcessRunner, Folders],
) -> None:
    runner, folders = house
    rng = random.Random(6)
    render_image(place(draw_description(rng), rng)).save(folders.input / "trip.png")

    def ratio(corrupt: float) -> float:
        inputs = {"pixels": ["2", 0], "vae": ["1", 2], "corrupt": corrupt, "seed": 1}
        events: list[Event] = []
        prompt = {
            "1": LOADER,
            "2": {"class_type": "LoadImage", "inputs": {"image": "trip.png"}},
            "3": {"class_type": "VAERoundTrip", "inputs": inputs},
        }
        runner.run(RunRequest(job_id="job", graph=graph_from_json(prompt)[0]), events.append)
        told = next(event.ui["text"][0] for event in events if isinstance(event, NodeFinished) and event.node == "3")
        return float(told.split()[1])

    assert ratio(0.0) > 28
    assert ratio(0.3) < ratio(0.0) - 5


def test_drawn_latents_lie_about_the_mean_and_come_from_the_seed(house: tuple[InProcessRunner, Folders]) -> None:
    runner, folders = house
    rng = random.Random(7)
    render_image(place(draw_description(rng), rng)).save(folders.input / "drawn.png")

    def latent(name: str, kind: str, **inputs: int) -> torch.Tensor:
        prompt = {
            "1": LOADER,
            "2": {"class_type": "LoadImage", "inputs": {"image": "drawn.png"}},
            "3": {"class_type": kind, "inputs": {"pixels": ["2", 0], "vae": ["1", 2], **inputs}},
            "4": {"class_type": "SaveLatent", "inputs": {"samples": ["3", 0], "filename_prefix": name}},
        }
        assert finish(runner, prompt).outcome == "succeeded"
        return load_file(folders.output / f"{name}_00001_.latent")["latent_tensor"]

    mean = latent("mean", "VAEEncode")
    one, again, other = (latent(f"s{n}", "VAEEncodeSample", seed=seed) for n, seed in enumerate((3, 3, 4)))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert 0 < (one - mean).abs().mean() < mean.std() / 4
