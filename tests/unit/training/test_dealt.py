"""Data made by several processes: whole, in order, once, and anew where an earlier recipe's file lacks something."""

from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

from training.dealt import dealt
from training.parallel import Team, together
from training.state import load_state, save_state


def _numbers(team: Team) -> dict[str, Tensor]:
    return {"number": torch.arange(7)[team.rank :: team.size]}


def _made(folder: Path, team: Team) -> None:
    data = dealt(folder / "data.pt", ["number"], partial(_numbers, team), team)
    assert data["number"].tolist() == list(range(7))


def test_parts_of_two_processes_are_joined_in_order(tmp_path: Path) -> None:
    together(partial(_made, tmp_path), 2)
    assert load_state(tmp_path / "data.pt")["number"].tolist() == list(range(7))
    assert [path.name for path in tmp_path.iterdir()] == ["data.pt"]


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    def never() -> dict[str, Tensor]:
        pytest.fail("made again")

    _made(tmp_path, Team())
    assert len(dealt(tmp_path / "data.pt", ["number"], never, Team())["number"]) == 7


def test_a_file_of_an_earlier_recipe_is_made_anew(tmp_path: Path) -> None:
    save_state(tmp_path / "data.pt", {"other": torch.zeros(2)})
    _made(tmp_path, Team())
