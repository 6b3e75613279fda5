"""Upsamplers train on crops, resume where they stopped, and ship as files that open."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from training.parallel import Team
from training.stages import upsampler
from training.stages.enlarging import UPSAMPLERS, build, draw_pairs, enlarge, made_worse, pictures, psnr
from training.stages.export_upsampler import export, without_augmentation
from training.stages.upsampler import fresh_scene, state_of, weights_of
from training.state import load_state
from training.world.pool import draw_scenes

SMALL = replace(UPSAMPLERS["upsampler-256"], batch=1, crop=32)


@pytest.mark.parametrize("name", UPSAMPLERS)
def test_crops_are_deterministic_and_fit_their_small_pictures(name: str) -> None:
    kind = replace(UPSAMPLERS[name], batch=2)
    first, again = (draw_pairs(kind, fresh_scene, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first.large, again.large) and torch.equal(first.grown, again.grown)
    assert first.large.shape == first.grown.shape == (2, 3, kind.crop, kind.crop)
    assert psnr(first.grown, first.large) > 12  # the same place of the same picture
    assert int(first.level.max()) <= kind.levels[0] * 1000


def test_an_untrained_network_nearly_returns_the_small_picture() -> None:
    torch.manual_seed(0)
    small = pictures(draw_scenes(1, 2, held_out=False), 64)
    made = enlarge(build(SMALL).eval(), SMALL, small, level=0.0, seed=1, steps=2)
    assert made.shape == (1, 3, 256, 256)
    assert psnr(torch.nn.functional.avg_pool2d(made, 4), small) > 15


def test_small_pictures_are_made_worse_but_stay_recognisable() -> None:
    true = pictures(draw_scenes(1, 2, held_out=False), 256)
    small = torch.nn.functional.avg_pool2d(true, 4)
    for kind in UPSAMPLERS.values():
        worse = made_worse(true, kind, torch.Generator().manual_seed(1))
        assert worse.shape == small.shape and 15 < psnr(worse, small) < 60


def test_a_network_that_is_never_told_of_noise_is_the_one_that_hears_of_none() -> None:
    torch.manual_seed(0)
    from diffusion.networks.efficient_unet import EfficientUNet

    kind = UPSAMPLERS["upsampler-256-unclip"]
    told = build(kind).eval()
    silent = EfficientUNet(replace(kind.config, augmented=False)).eval()
    silent.load_state_dict(without_augmentation(kind, told.state_dict()))
    x, time = torch.randn(1, 6, 32, 32), torch.tensor([300])
    with torch.no_grad():
        assert torch.allclose(told(x, time, level=torch.zeros(1)), silent(x, time), atol=1e-5)


def test_a_stage_resumes_where_it_stopped_and_its_file_opens(tmp_path: Path) -> None:
    def run(folder: Path, steps: int) -> None:
        upsampler.train(folder, SMALL, Team(), steps=steps, minutes=0, seed=5)

    run(tmp_path, 2)
    run(tmp_path, 3)
    state = load_state(state_of(tmp_path, SMALL))
    assert state["step"] == 3
    path = tmp_path / "up.safetensors"
    assert export(tmp_path, SMALL, path) == path.stat().st_size < 1_000_000
    opened = open_model(path)
    assert opened.record is not None and opened.denoiser is not None
    assert (opened.record.prediction, opened.record.resolution, opened.record.steps) == ("x0", (256, 256), 8)
    assert opened.denoiser.network.config == SMALL.config
    assert weights_of(path).keys() == materialise(opened.denoiser).state_dict().keys() == state["average"].keys()
