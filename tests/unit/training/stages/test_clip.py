"""CLIP's image tower: its training resumes, its files open with people's loaders, and the shipped ones tell twins."""

import random
from pathlib import Path

import pytest
import torch

from diffusion.checkpoints.load import open_model
from diffusion.priors.embedding_space import modality_gap, unit
from training.measured import Length
from training.stages import clip_files, clip_vision
from training.stages.clip_model import LENGTH, VISION, ClipTraining
from training.stages.embeddings import held_out_pairs, shipped_clip
from training.stages.text_encoder import twin_accuracy
from training.starters import CLIP, CLIP_TEXT
from training.state import load_state
from training.tokenizer import shipped_vocabulary


def train(folder: Path, length: Length) -> None:
    clip_vision.train(folder, CLIP_TEXT, shipped_vocabulary(CLIP_TEXT), seed=5, length=length, groups=1)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few held-out scenes, so that a look takes no time."""
    monkeypatch.setattr(clip_vision, "HELD_OUT", 2)
    monkeypatch.setattr(clip_files, "MEASURED", 4)


def test_an_interrupted_tower_ends_with_the_same_weights(tmp_path: Path) -> None:
    train(tmp_path / "whole", Length(3))
    train(tmp_path / "parts", Length(3, pause_at=2))
    train(tmp_path / "parts", Length(3))
    whole, parts = (load_state(tmp_path / name / clip_vision.STATE) for name in ("whole", "parts"))
    for name, tensor in whole["model"].items():
        assert torch.equal(tensor, parts["model"][name]), name


def test_what_was_trained_opens_as_a_clip_and_starts_the_next_training(tmp_path: Path) -> None:
    train(tmp_path, Length(1))
    vision, text = tmp_path / "vision.safetensors", tmp_path / "text.safetensors"
    clip_files.export(tmp_path, CLIP_TEXT, shipped_vocabulary(CLIP_TEXT), seed=5, vision=vision, text=text)
    clip = shipped_clip(text, vision)
    assert clip.vision.config == VISION
    again = ClipTraining()
    left = again.load_state_dict(clip_files.started(vision, text), strict=False)
    assert not left.unexpected_keys
    thrown_away = ("temperature", "objects.", "colours.")
    assert all(name.startswith(thrown_away) for name in left.missing_keys)


def test_a_generated_picture_is_looked_at_as_a_rendered_one() -> None:
    pictures = torch.randint(0, 255, (4, 128, 128, 3), dtype=torch.uint8)
    plain, rough = clip_vision.look(pictures), clip_vision.look(pictures, random.Random(1))
    assert plain.shape == rough.shape == (4, 3, 64, 64)
    assert torch.equal(rough, clip_vision.look(pictures, random.Random(1)))


def test_the_shipped_clip_is_small_and_says_what_it_is() -> None:
    assert CLIP.stat().st_size <= 1_310_000
    assert open_model(CLIP).detection.title == "CLIP image encoder"
    assert open_model(CLIP_TEXT).text[0].kind == "clip_l"


def test_the_shipped_clip_tells_held_out_pictures_from_their_twins() -> None:
    pairs = held_out_pairs(shipped_clip(CLIP_TEXT, CLIP), seed=11, groups=32)
    texts, images = pairs.pooled[:, 0].float(), pairs.images
    by_picture, by_caption = twin_accuracy(unit(texts), unit(images))
    assert min(by_picture, by_caption) > 0.88
    gap, cosine = modality_gap(images, texts)
    assert cosine > 0.8
    assert gap < 0.3
    assert abs(float(images.norm(dim=-1).mean()) - LENGTH) < 1
