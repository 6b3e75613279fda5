"""Stages that a measure ends: resumed runs end alike, the best weights are kept, patience ends a stage."""

from pathlib import Path

import torch
from torch import Tensor, nn

from training.measured import Length, run
from training.state import load_state


class Line:
    """Fits a line; what it is measured by is a script."""

    outer = ()
    rate = 1e-2

    def __init__(self, scores: tuple[float, ...] = ()) -> None:
        torch.manual_seed(3)
        self.model: nn.Module = nn.Linear(8, 8)
        self.scores = list(scores)

    def loss(self, step: int) -> Tensor:
        x = torch.randn(16, 8, generator=torch.Generator().manual_seed(step))
        return (self.model(x) - 2 * x).square().mean()

    def measure(self) -> tuple[float, str]:
        score = self.scores.pop(0) if self.scores else 0.0
        return score, f"{score}"


def test_an_interrupted_stage_ends_with_the_same_weights(tmp_path: Path) -> None:
    run(tmp_path / "whole.pt", Line(), Length(30, look_every=100))
    run(tmp_path / "parts.pt", Line(), Length(30, look_every=100, pause_at=11))
    assert load_state(tmp_path / "parts.pt")["step"] == 11
    run(tmp_path / "parts.pt", Line(), Length(30, look_every=100))
    whole, parts = load_state(tmp_path / "whole.pt"), load_state(tmp_path / "parts.pt")
    assert parts["step"] == 30
    for kind in ("model", "average", "best"):
        for name, tensor in whole[kind].items():
            assert torch.equal(tensor, parts[kind][name]), (kind, name)


def test_the_best_weights_are_those_of_the_best_look(tmp_path: Path) -> None:
    best = run(tmp_path / "a.pt", Line((0.1, 0.9, 0.2)), Length(30, look_every=10))
    until_then = run(tmp_path / "b.pt", Line((0.1, 0.9, 0.2)), Length(30, look_every=10, pause_at=20))
    assert all(torch.equal(best[name], until_then[name]) for name in best)
    assert not torch.equal(best["weight"], load_state(tmp_path / "a.pt")["average"]["weight"])


def test_a_stage_ends_when_looks_stop_getting_better(tmp_path: Path) -> None:
    run(tmp_path / "c.pt", Line((0.5, 0.4, 0.3)), Length(1000, patience=2, look_every=10))
    assert load_state(tmp_path / "c.pt")["step"] == 30
