"""Processes that train together agree on gradients and on when to stop."""

from functools import partial
from pathlib import Path

import torch
from torch import nn

from training.parallel import Team, together


def _average(folder: Path, team: Team) -> None:
    weight = nn.Parameter(torch.zeros(3))
    weight.grad = torch.full((3,), float(team.rank + 1))
    progress = team.average([weight], progress=0.25 if team.leads else 0.9)
    torch.save({"gradient": weight.grad, "progress": progress}, folder / f"{team.rank}.pt")


def test_every_process_gets_the_mean_gradient_and_the_leaders_progress(tmp_path: Path) -> None:
    together(partial(_average, tmp_path), 2)
    for rank in range(2):
        found = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert torch.equal(found["gradient"], torch.full((3,), 1.5))
        assert found["progress"] == 0.25
