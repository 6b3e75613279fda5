"""CLIP learns Chinese: its stage resumes, begins where the shipped encoder is in English, and its file opens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from diffusion.checkpoints.load import open_model
from training.measured import Length
from training.stages import chinese, text_readers
from training.stages.embeddings import shipped_clip
from training.starters import CLIP, CLIP_TEXT
from training.state import load_state


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few scenes and captions, and one thread as in the recipe, so that a look and a step take little time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(text_readers, "SCENES", 8)
    monkeypatch.setattr(text_readers, "HELD_OUT", 4)
    monkeypatch.setattr(chinese, "SHOWN", 1)
    monkeypatch.setattr(chinese, "CHINESE", 4)
    monkeypatch.setattr(chinese, "ENGLISH", 2)
    yield
    torch.set_num_threads(threads)


def task(folder: Path) -> chinese.ChineseTask:
    clip = shipped_clip(CLIP_TEXT, CLIP)
    teacher, student, vocabulary = chinese.start(CLIP_TEXT, folder, clip)
    readers = text_readers.Readers(text_readers.pool_of(folder, clip, seed=5))
    return chinese.ChineseTask(folder, teacher, student, vocabulary, readers, 5)


def test_it_begins_as_the_shipped_encoder_and_an_interruption_changes_nothing(tmp_path: Path) -> None:
    made = task(tmp_path)
    captions = ["a red circle above a blue square", "", "two dogs in the street"]
    before, now = made.teacher.tell(captions), made.tell(captions)
    assert torch.equal(before.states, now.states)
    assert torch.equal(before.embeddings, now.embeddings)
    chinese.train(tmp_path, made, Length(4))
    whole = load_state(tmp_path / chinese.STATE)["model"]
    (tmp_path / chinese.STATE).unlink()
    chinese.train(tmp_path, task(tmp_path), Length(4, pause_at=3))
    chinese.train(tmp_path, task(tmp_path), Length(4))
    for name, tensor in load_state(tmp_path / chinese.STATE)["model"].items():
        assert torch.equal(tensor, whole[name]), name
    assert list((tmp_path / "looks").glob("chinese-*.png"))
    path = tmp_path / "text.safetensors"
    assert chinese.export(tmp_path, made.vocabulary, path) < 2_200_000
    clip = shipped_clip(path, CLIP)
    assert clip.vocabulary == made.vocabulary
    assert open_model(path).text[0].kind == "clip_l"


def test_reads_are_nearer_for_what_says_the_same(tmp_path: Path) -> None:
    made = task(tmp_path)
    same, turned = (
        made.teacher.tell([text]).states
        for text in ("a red circle above a blue square", "a blue square above a red circle")
    )
    other = made.teacher.tell(["a blue square below a red circle"]).states
    which = torch.tensor([0])
    for reads in made.reads:
        assert float(reads.apart(same, same, which)) == 0
        assert float(reads.apart(other, same, which)) < float(reads.apart(turned, same, which))
