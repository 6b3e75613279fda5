"""Nodes that can do with less memory do, where it is short, and make the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from diffusion.checkpoints.record import LatentFormat
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from graph_engine.memory.manager import MemoryManager
from graph_engine.memory.torch_backend import device_memory
from graph_engine.spec.context import NodeContext
from nodes.autoencoding import decode, encode
from nodes.sockets import AutoencoderModel


class Drawn:
    """Random weights of a network."""

    dtype = torch.float32

    def __init__(self, network: nn.Module) -> None:
        torch.manual_seed(0)
        self.tensors = {name: torch.randn(tensor.shape) * 0.1 for name, tensor in network.state_dict().items()}

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def names(self) -> Iterator[str]:
        return iter(self.tensors)

    def read(self, name: str) -> Tensor:
        return self.tensors[name]


@dataclass(frozen=True)
class Handle:
    network: nn.Module
    source: Drawn
    identity: str = "autoencoder"


def autoencoder() -> AutoencoderModel:
    with torch.device("meta"):
        network = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32, 32, 32, 32), res_blocks=1))
    weighted: Any = Handle(network.eval().requires_grad_(False), Drawn(network))
    return AutoencoderModel(weighted, LatentFormat(4, 8), "kl")


def context(memory: MemoryManager) -> NodeContext:
    return NodeContext(
        node_id="n",
        job_id="j",
        files=None,
        memory=memory,
        report=lambda *told: None,
        cancelled=lambda: False,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("work", [decode, encode])
def test_an_autoencoder_works_in_tiles_where_the_whole_does_not_fit_and_makes_the_same(work: Any):
    value = torch.randn(1, 4, 72, 72) if work is decode else torch.rand(1, 576, 576, 3)
    roomy, short = device_memory("cpu", budget=4 << 30), device_memory("cpu")
    with roomy.around_job():
        whole = work(context(roomy), autoencoder(), value)
    # Between what a tile of 512 pixels needs and what 576 do.
    short.ledger.budget = (roomy.ledger.peak + roomy.ledger.held) * 9 // 10
    with short.around_job():
        tight = work(context(short), autoencoder(), value)
    assert short.ledger.peak < roomy.ledger.peak
    torch.testing.assert_close(tight, whole, rtol=1e-4, atol=1e-4)
