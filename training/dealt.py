"""Data that the processes of a team make together, each a part, once for a state folder."""

from collections.abc import Callable, Collection
from pathlib import Path

import torch
from torch import Tensor

from training.parallel import Team
from training.state import load_state, save_state


def _kept(path: Path, names: Collection[str]) -> bool:
    """Whether the file holds these tensors; one of an earlier recipe may not."""
    return path.is_file() and set(names) <= set(load_state(path))


def _joined(pieces: list[Tensor]) -> Tensor:
    """Parts that were dealt in turn, row for row, in the order before."""
    rows = torch.empty((sum(map(len, pieces)), *pieces[0].shape[1:]), dtype=pieces[0].dtype)
    for rank, piece in enumerate(pieces):
        rows[rank :: len(pieces)] = piece
    return rows


def dealt(path: Path, names: Collection[str], make: Callable[[], dict[str, Tensor]], team: Team) -> dict[str, Tensor]:
    """Tensors [N, …] out of the file, which is made first where it is missing or lacks one of them.

    Args:
        path: the file.
        names: of the tensors.
        make: makes rows `rank`, `rank + size`, … of each.
        team: those who make them together; every one of them calls this.
    """
    kept = _kept(path, names)
    team.wait()
    if not kept:
        parts = [path.with_name(f"{path.stem}-{rank}{path.suffix}") for rank in range(team.size)]
        save_state(parts[team.rank], make())
        team.wait()
        if team.leads:
            pieces = [load_state(part) for part in parts]
            save_state(path, {name: _joined([piece[name] for piece in pieces]) for name in names})
            for part in parts:
                part.unlink()
        team.wait()
    return load_state(path)
