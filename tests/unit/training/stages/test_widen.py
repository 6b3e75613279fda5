"""Lessons of the wider world."""

import random

import torch

from training.shipped_encoders import clip_states
from training.stages import widen
from training.stages.care import care_of
from training.stages.inpaint import shipped_autoencoder
from training.stages.unet_model import kept_signal
from training.stages.wide_autoencoder import build, held
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.wide import draw_wide


def test_the_autoencoder_begins_as_it_was_shipped() -> None:
    pictures = to_unit_range(render_all(draw_scenes(2, 1, held_out=False)))
    assert held(build(), shipped_autoencoder(), pictures).item() < 1e-3


def test_plain_captions_on_white_are_often_silent_and_then_drawn_oftener_as_views_are() -> None:
    rng = random.Random(1)
    plain = [scene for scene in draw_scenes(400, 1, held_out=False) if scene.description.background == "white"]
    told = [widen.told(scene, rng) for scene in plain]
    silent = [often for caption, often in told if "background" not in caption and "背景" not in caption]
    assert 0.4 < len(silent) / len(plain) < 0.8
    assert set(silent) == {widen.SILENT_WEIGHT}
    wide = draw_wide(100, 1, held_out=False)
    views, others = ([scene for scene in wide if (scene.description.view is not None) is so] for so in (True, False))
    assert {widen.told(scene, rng)[1] for scene in views} == {widen.VIEW_WEIGHT}
    named = [scene for scene in others if scene.description.background != "white"]
    assert {widen.told(scene, rng)[1] for scene in named} == {1.0}


def test_a_batch_teaches_the_unet_and_the_empty_caption_too() -> None:
    encode = clip_states()
    scenes = draw_wide(4, 1, held_out=False)
    states = encode(["a red star on a meadow, as pixel art"]).expand(4, -1, -1)
    care = torch.stack([care_of(scene) for scene in scenes])
    data = widen.Lessons(torch.randn(4, 4, 16, 16), care, states, torch.ones(4), encode([""]))
    model = widen.build(None)
    loss = widen.loss_of(model, data, 4, torch.Generator().manual_seed(1), kept_signal())
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_some_of_a_batch_start_from_noise_alone_at_the_noisy_end() -> None:
    kept, clean = kept_signal(), torch.full((4000, 1, 4, 4), 10.0)
    time, noisy, noise = widen.noised(clean, kept, torch.Generator().manual_seed(1))
    share = kept[time].view(-1, 1, 1, 1)
    torch.testing.assert_close(share.sqrt() * clean + (1 - share).sqrt() * noise, noisy, rtol=1e-4, atol=1e-4)

    # Even the noisiest timestep keeps 0.68 of a mean of ten; noise alone has a mean near nothing.
    blind = noisy.mean(dim=(1, 2, 3)) < 0.4 * 10 * share.flatten().sqrt()
    assert abs(blind.float().mean() - widen.BLIND) < 0.05
    assert time[blind].min() >= 1000 - widen.BLIND_TIMES
