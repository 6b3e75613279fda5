"""A stage that was interrupted ends where one that was not would have ended."""

from pathlib import Path

import torch

from training.parallel import Team
from training.stages import text_encoder
from training.state import load_state
from training.tokenizer import train_vocabulary


def test_an_interrupted_stage_ends_with_the_same_weights(tmp_path: Path) -> None:
    vocabulary = train_vocabulary(1)

    def run(folder: Path, pause_at: int | None) -> None:
        text_encoder.train(folder, vocabulary, Team(), steps=3, minutes=0, seed=5, groups=1, pause_at=pause_at)

    run(tmp_path / "whole", None)
    run(tmp_path / "parts", 2)
    assert load_state(tmp_path / "parts" / text_encoder.STATE)["step"] == 2
    run(tmp_path / "parts", None)
    whole, parts = (load_state(tmp_path / name / text_encoder.STATE) for name in ("whole", "parts"))
    assert parts["step"] == whole["step"] == 3
    for name, tensor in whole["model"].items():
        assert torch.equal(tensor, parts["model"][name]), name
