"""Several single-threaded processes that train one model together.

One process of two threads waits for both at every small operation, and so comes almost to a stand where another
program wants a core. Two processes of one thread wait for each other once a step.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.multiprocessing.spawn import spawn


@dataclass(frozen=True)
class Team:
    """This process's place among those that train together. Rank 0 prints, saves and looks."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process is the one that prints and saves."""
        return self.rank == 0

    def say(self, text: str) -> None:
        """Print, once for the whole team."""
        if self.leads:
            print(text, flush=True)

    def average(self, parameters: Iterable[nn.Parameter], progress: float) -> float:
        """Replace gradients by their mean over the team, and return the leader's progress.

        Progress follows the clock, and every process must end at the same step: the leader's clock counts.
        """
        if self.size == 1:
            return progress
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients] + [torch.tensor([progress])])
        if not self.leads:
            flat[-1] = 0.0
        dist.all_reduce(flat)
        start = 0
        for gradient in gradients:
            count = gradient.numel()
            gradient.copy_(flat[start : start + count].view_as(gradient) / self.size)
            start += count
        return float(flat[-1])

    def share(self, tensor: Tensor) -> Tensor:
        """This process's part of a list that every process knows whole; parts are dealt in turn."""
        return tensor[self.rank :: self.size]

    def wait(self) -> None:
        """Wait until every process has come here."""
        if self.size > 1:
            dist.barrier()


def _enter(rank: int, size: int, meeting: str, work: Callable[[Team], None]) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
    try:
        work(Team(rank, size))
    finally:
        dist.destroy_process_group()


def together(work: Callable[[Team], None], size: int) -> None:
    """Run `work` (picklable) in `size` processes; in this one alone if `size` is 1."""
    if size == 1:
        work(Team())
        return
    with tempfile.TemporaryDirectory() as folder:
        spawn(_enter, (size, str(Path(folder) / "meeting"), work), nprocs=size)
