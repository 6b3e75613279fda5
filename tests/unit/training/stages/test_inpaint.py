"""The nine-channel stage: it begins as the starter made narrower, goes on where it stopped, and its file loads."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from training.parallel import Team
from training.stages import inpaint
from training.stages.slimming import kept_channels
from training.starters import SD, SD_INPAINT
from training.state import load_state
from training.world.holes import hole_over
from training.world.pool import draw_scenes


def data() -> inpaint.Holes:
    rng = torch.Generator().manual_seed(2)
    masks = torch.zeros(4, 1, 16, 16)
    masks[..., 4:10, 4:10] = 1
    latents = [torch.randn(4, 4, 16, 16, generator=rng).half() for _ in range(2)]
    states = torch.randn(4, 77, 192, generator=rng)
    return inpaint.Holes(*latents, masks, torch.ones_like(masks), states.half(), torch.ones(4), states[:1])


def test_joined_inputs_lose_channels_of_the_way_up_and_keep_the_narrow_skip_connection() -> None:
    assert kept_channels(8, 6).tolist() == [0, 1, 2, 4, 5, 6]
    # 128 channels from below become 96; the skip connection's 64 stay.
    assert kept_channels(192, 160).tolist()[-65:] == [126, *range(128, 192)]
    with pytest.raises(ValueError, match="every fourth"):
        kept_channels(8, 4)


def test_it_begins_near_what_the_starter_says_and_blind_to_mask_and_picture() -> None:
    starter = open_model(SD).denoiser
    assert starter is not None
    wide, narrow = materialise(starter), inpaint.build(None).eval()
    rng = torch.Generator().manual_seed(1)
    noise, context = torch.randn(4, 4, 16, 16, generator=rng), torch.randn(4, 77, 192, generator=rng)
    shown, time = torch.randn(4, 5, 16, 16, generator=rng), torch.full((4,), 500)
    with torch.no_grad():
        said = wide(noise, time, context)
        blind = narrow(torch.cat([noise, torch.zeros_like(shown)], dim=1), time, context)
        seeing = narrow(torch.cat([noise, shown], dim=1), time, context)
    assert (blind - said).norm() < 0.25 * said.norm()
    assert torch.equal(blind, seeing)


def test_holes_over_things_that_are_learnt_last_are_drawn_oftener() -> None:
    scene = next(one for one in draw_scenes(200, 1, held_out=False) if one.items[0].thing.object == "tree")
    tree = scene.items[0]
    assert inpaint.often_of(scene, hole_over(tree, random.Random(1))) == inpaint.HARD_WEIGHT
    assert inpaint.often_of(scene, np.zeros((128, 128), dtype=np.bool_)) == 1.0


def test_an_interrupted_stage_goes_on_from_its_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inpaint, "BATCH", 2)

    def looks(_model: object, _path: Path) -> tuple[str, float]:
        return "", 0.0

    for minutes in (0.0001, 0.0002):
        inpaint.train(tmp_path, data(), looks, Team(), minutes=minutes, seed=3)
    assert load_state(tmp_path / inpaint.STATE)["step"] >= 1


def test_the_loss_sees_more_in_the_hole_than_outside() -> None:
    torch.manual_seed(0)

    class Blank(torch.nn.Module):
        def forward(self, x: torch.Tensor, _time: torch.Tensor, _context: torch.Tensor) -> torch.Tensor:
            return torch.zeros_like(x[:, :4])

    kept = torch.full((1000,), 0.5)
    whole, small = data(), data()
    whole.masks.fill_(1)
    losses = [
        inpaint.loss_of(Blank(), one, 32, torch.Generator().manual_seed(1), kept).item() for one in (whole, small)
    ]
    assert losses[0] > 1.5 * losses[1]


def test_the_shipped_file_loads_as_an_inpainting_model_and_keeps_its_budget() -> None:
    assert SD_INPAINT.stat().st_size <= inpaint.LARGEST
    opened = open_model(SD_INPAINT)
    assert opened.detection.family == "sd1_inpaint"
    assert opened.record is not None
    assert (opened.record.joined, opened.record.prediction) == ("inpaint", "eps")
    assert opened.denoiser is not None
    assert opened.denoiser.network.config == inpaint.SHAPE
