"""Sampling nodes in graphs, with the starter model at a small size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

MODELS = Path(__file__).resolve().parents[3] / "models"
Paint = Callable[..., torch.Tensor]

BASE: dict[str, Any] = {
    "model": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "starter-sd.safetensors"}},
    "yes": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red circle", "clip": ["model", 1]}},
    "no": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["model", 1]}},
    "size": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
}
RUN = {
    "model": ["model", 0],
    "positive": ["yes", 0],
    "negative": ["no", 0],
    "latent_image": ["size", 0],
    "steps": 3,
    "cfg": 3.0,
    "sampler_name": "euler",
    "scheduler": "normal",
}


@pytest.fixture(scope="module")
def paint(tmp_path_factory: pytest.TempPathFactory) -> Paint:
    folders = Folders(tmp_path_factory.mktemp("data"), (MODELS,))
    folders.create()
    registry = build()
    catalogue = registry.catalogue()
    runner = InProcessRunner(build_surroundings(registry, folders, device_memory("cpu")))

    def whole(node: dict[str, Any]) -> dict[str, Any]:
        """A node with what its widgets start with."""
        spec = catalogue[node["class_type"]]
        given = {one.name: one.widget.default for one in spec.inputs if one.widget and one.widget.default is not None}
        return {**node, "inputs": {**given, **node["inputs"]}}

    def run(more: dict[str, Any], last: str = "sampler", slot: int = 0) -> torch.Tensor:
        save = {"class_type": "SaveLatent", "inputs": {"samples": [last, slot], "filename_prefix": "one"}}
        graph, problems = graph_from_json({name: whole(node) for name, node in {**BASE, **more, "save": save}.items()})
        assert not problems
        events: list[Any] = []
        runner.run(RunRequest(job_id="job", graph=graph, metadata={}), events.append)
        assert events[-1].outcome == "succeeded", events[-1].problems
        ui = next(event.ui for event in events if isinstance(event, NodeFinished) and event.node == "save")
        file = ui["latents"][0]
        return load_file(folders.output / file["subfolder"] / file["filename"])["latent_tensor"]

    return run


def sampler(**inputs: Any) -> dict[str, Any]:
    return {"sampler": {"class_type": "KSampler", "inputs": {**RUN, "seed": 5, **inputs}}}


def advanced(**inputs: Any) -> dict[str, Any]:
    return {"class_type": "KSamplerAdvanced", "inputs": {**RUN, "noise_seed": 5, **inputs}}


@pytest.fixture(scope="module")
def plain(paint: Paint) -> torch.Tensor:
    return paint(sampler())


def custom(guider: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "noise": {"class_type": "RandomNoise", "inputs": {"noise_seed": 5}},
        "solver": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
        "levels": {
            "class_type": "BasicScheduler",
            "inputs": {"model": ["model", 0], "scheduler": "normal", "steps": 3, "denoise": 1.0},
        },
        "guider": guider,
        "sampler": {
            "class_type": "SamplerCustomAdvanced",
            "inputs": {
                "noise": ["noise", 0],
                "guider": ["guider", 0],
                "sampler": ["solver", 0],
                "sigmas": ["levels", 0],
                "latent_image": ["size", 0],
            },
        },
        **more,
    }


def test_a_run_from_parts_is_the_sampler_s_own(paint: Paint, plain: torch.Tensor) -> None:
    steering = {"model": ["model", 0], "positive": ["yes", 0], "negative": ["no", 0], "cfg": 3.0}
    assert torch.equal(paint(custom({"class_type": "CFGGuider", "inputs": steering})), plain)


def test_a_run_in_two_parts_ends_where_one_run_does(paint: Paint, plain: torch.Tensor) -> None:
    halves = {
        "first": advanced(end_at_step=2, return_with_leftover_noise="enable"),
        "sampler": advanced(start_at_step=2, add_noise="disable", latent_image=["first", 0]),
    }
    torch.testing.assert_close(paint(halves), plain, atol=1e-4, rtol=1e-4)


def test_what_is_not_repainted_stays_the_same_bit_for_bit(paint: Paint, plain: torch.Tensor) -> None:
    repaint = {
        "first": sampler()["sampler"],
        "white": {"class_type": "SolidMask", "inputs": {"value": 1.0, "width": 32, "height": 64}},
        "black": {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": 64, "height": 64}},
        "mask": {
            "class_type": "MaskComposite",
            "inputs": {"destination": ["black", 0], "source": ["white", 0], "x": 0, "y": 0, "operation": "add"},
        },
        "marked": {"class_type": "SetLatentNoiseMask", "inputs": {"samples": ["first", 0], "mask": ["mask", 0]}},
        **sampler(seed=9, latent_image=["marked", 0]),
    }
    painted = paint(repaint)
    assert torch.equal(painted[..., 5:], plain[..., 5:])
    assert not torch.allclose(painted[..., :3], plain[..., :3], atol=1e-2)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("RescaleCFG", {"multiplier": 0.7}),
        ("CFGInterval", {"start_percent": 0.5, "end_percent": 1.0}),
        ("APG", {"norm_threshold": 1.0}),
        ("PerturbedAttentionGuidance", {"scale": 3.0}),
        ("CFGZeroStar", {}),
        ("LatentThreshold", {"mimic_scale": 1.0}),
        ("OffsetNoise", {"strength": 0.5}),
        ("FreeU_V2", {}),
        ("ModelSamplingDiscrete", {"sampling": "v_prediction", "zsnr": False}),
        ("ModelSamplingDiscrete", {"sampling": "eps", "zsnr": True}),
        ("ModelSamplingDiscrete", {"sampling": "lcm", "zsnr": False}),
        ("ModelSamplingContinuousEDM", {"sampling": "eps"}),
        ("ModelComputeDtype", {"dtype": "bf16"}),
    ],
)
def test_a_patched_model_paints_another_picture(
    paint: Paint, plain: torch.Tensor, kind: str, inputs: dict[str, Any]
) -> None:
    patch = {"patch": {"class_type": kind, "inputs": {"model": ["model", 0], **inputs}}}
    painted = paint({**patch, **sampler(model=["patch", 0])})
    assert torch.isfinite(painted).all()
    assert not torch.equal(painted, plain)


@pytest.mark.parametrize("name", ["dpmpp_2m_sde", "uni_pc", "euler_ancestral_cfg_pp", "lcm", "dpmpp_sde"])
def test_solvers_of_every_kind_paint(paint: Paint, name: str) -> None:
    assert torch.isfinite(paint(sampler(sampler_name=name))).all()


def test_regions_and_times_steer(paint: Paint, plain: torch.Tensor) -> None:
    regions = {
        "area": {
            "class_type": "ConditioningSetArea",
            "inputs": {"conditioning": ["yes", 0], "width": 64, "height": 64, "x": 0, "y": 0, "strength": 2.0},
        },
        "early": {
            "class_type": "ConditioningSetTimestepRange",
            "inputs": {"conditioning": ["no", 0], "start": 0.0, "end": 0.5},
        },
        "both": {
            "class_type": "ConditioningCombine",
            "inputs": {"conditioning_1": ["area", 0], "conditioning_2": ["early", 0]},
        },
        **sampler(positive=["both", 0]),
    }
    painted = paint(regions)
    assert torch.isfinite(painted).all() and not torch.allclose(painted, plain, atol=1e-3)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("BasicGuider", {"conditioning": ["yes", 0]}),
        ("DualCFGGuider", {"cond1": ["yes", 0], "cond2": ["no", 0], "negative": ["no", 0]}),
        ("PerpNegGuider", {"positive": ["yes", 0], "negative": ["no", 0], "empty_conditioning": ["no", 0]}),
    ],
)
def test_every_guider_paints(paint: Paint, kind: str, inputs: dict[str, Any]) -> None:
    assert torch.isfinite(paint(custom({"class_type": kind, "inputs": {"model": ["model", 0], **inputs}}))).all()


def custom_run(sigmas: list[Any], latent: str, *, noisy: bool) -> dict[str, Any]:
    steering = {"model": ["model", 0], "positive": ["yes", 0], "negative": ["no", 0], "cfg": 1.0}
    inputs = {**steering, "add_noise": noisy, "noise_seed": 5, "sampler": ["solver", 0]}
    return {"class_type": "SamplerCustom", "inputs": {**inputs, "sigmas": sigmas, "latent_image": [latent, 0]}}


def levels(steps: int) -> dict[str, Any]:
    schedule = {"model": ["model", 0], "scheduler": "karras", "steps": steps}
    return {
        "solver": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
        "levels": {"class_type": "BasicScheduler", "inputs": schedule},
        "noise": {"class_type": "RandomNoise", "inputs": {"noise_seed": 5}},
        "picture": sampler()["sampler"],
    }


def test_a_latent_noised_by_hand_is_where_a_run_of_some_strength_begins(paint: Paint, plain: torch.Tensor) -> None:
    wires = {"model": ["model", 0], "noise": ["noise", 0], "sigmas": ["cut", 1], "latent_image": ["picture", 0]}
    graph = {
        **levels(6),
        "cut": {"class_type": "SplitSigmas", "inputs": {"sigmas": ["levels", 0], "step": 3}},
        "noised": {"class_type": "AddNoise", "inputs": wires},
    }
    by_hand = paint({**graph, "sampler": custom_run(["cut", 1], "noised", noisy=False)})
    straight = paint({**graph, "sampler": custom_run(["cut", 1], "picture", noisy=True)})
    torch.testing.assert_close(by_hand, straight, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(by_hand, plain, atol=1e-2)


def test_a_run_turned_round_finds_noise_that_leads_back_to_the_picture(paint: Paint, plain: torch.Tensor) -> None:
    graph = {
        **levels(8),
        "solver": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "heun"}},
        "turned": {"class_type": "FlipSigmas", "inputs": {"sigmas": ["levels", 0]}},
        "inverted": custom_run(["turned", 0], "picture", noisy=False),
    }
    noise = paint(graph, "inverted")
    assert noise.std() > 5 * plain.std()
    back = paint({**graph, "sampler": custom_run(["levels", 0], "inverted", noisy=False)})
    assert (back - plain).abs().mean() < 0.2 * plain.std()


def test_a_latent_shows_through_a_run_of_full_strength(paint: Paint, plain: torch.Tensor) -> None:
    again = paint({"first": sampler()["sampler"], **sampler(latent_image=["first", 0])})
    assert not torch.equal(again, plain)


def test_a_threshold_for_pixels_refuses_a_model_of_latents(paint: Paint) -> None:
    patch = {"patch": {"class_type": "DynamicThreshold", "inputs": {"model": ["model", 0], "mode": "dynamic"}}}
    with pytest.raises(AssertionError, match=r"cuts to the range of pixels"):
        paint({**patch, **sampler(model=["patch", 0])})
