"""Networks that compute while most of their weights stay in the file."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from graph_engine.memory.manager import MemoryManager
from graph_engine.memory.torch_backend import device_memory
from graph_engine.memory.torch_paging import PagedWeight
from graph_engine.run.cancellation import CancelToken, current_token
from graph_engine.spec.context import Cancelled


class Mixed(nn.Module):
    """Layers that are called, layers whose weights their parent uses, tied weights, fused attention, a view."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(4, 320, 3, padding=1)
        self.norm = nn.GroupNorm(32, 320)
        self.table = nn.Embedding(400, 320)
        self.attention = nn.MultiheadAttention(320, 4, batch_first=True)
        self.fused = nn.Parameter(torch.empty(3 * 320, 320))
        self.stack = nn.ModuleList([nn.Sequential(nn.Linear(320, 320), nn.GELU()) for _ in range(3)])
        self.last = nn.Linear(320, 400, bias=False)
        self.last.weight = self.table.weight
        self.register_buffer("scale", torch.ones(1))
        self.register_buffer("order", torch.arange(400))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.norm(self.first(x)).flatten(2).transpose(1, 2)
        hidden = hidden + self.table(self.order[: hidden.shape[1]])
        hidden = hidden + self.attention(hidden, hidden, hidden, need_weights=False)[0]
        query, key, value = torch.nn.functional.linear(hidden, self.fused).chunk(3, dim=-1)
        half = self.fused[:320].t()  # a view outlives the use of its weight
        hidden = hidden + torch.nn.functional.scaled_dot_product_attention(query, key, value) @ half
        for block in self.stack:
            hidden = block(hidden)
        return self.last(hidden) * self.scale

    def tokens(self, ids: Tensor) -> Tensor:
        """Not through ``forward``."""
        return torch.nn.functional.embedding(ids, self.table.weight)


class Source:
    """Half-precision weights as a file gives them, counting what is read and forgotten."""

    dtype = torch.float16

    def __init__(self, network: nn.Module) -> None:
        torch.manual_seed(0)
        self.tensors = {
            name: (torch.randn(tensor.shape) * 0.1).half() if tensor.is_floating_point() else torch.arange(len(tensor))
            for name, tensor in network.state_dict().items()
        }
        self.tensors["last.weight"] = self.tensors["table.weight"]
        self.reads: list[str] = []
        self.forgotten: list[str] = []

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def names(self) -> Iterator[str]:
        return iter(self.tensors)

    def read(self, name: str) -> Tensor:
        self.reads.append(name)
        return self.tensors[name]

    def forget(self, name: str) -> None:
        self.forgotten.append(name)


@dataclass(frozen=True)
class Handle:
    network: Mixed
    source: Source
    identity: str


def handle(identity: str = "a") -> Handle:
    with torch.device("meta"):
        network = Mixed().eval().requires_grad_(False)
        network.order = torch.arange(400, device="meta")
    return Handle(network, Source(network), identity)


def full_size(memory: MemoryManager, item: Handle) -> int:
    return memory._device.backend.footprint(item, None).full  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(scope="module")
def picture() -> Tensor:
    return torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def expected(picture: Tensor) -> Tensor:
    memory = device_memory("cpu")
    with memory.around_job(), memory.lease(handle()) as network:
        assert not any(isinstance(parameter, PagedWeight) for parameter in network.parameters())
        return network(picture).clone()


@pytest.mark.parametrize("most", ["partial", "streamed"])
def test_a_streamed_network_gives_what_the_whole_one_gives(most: Any, picture: Tensor, expected: Tensor):
    memory, item = device_memory("cpu", most=most), handle()
    for _ in range(2):
        with memory.around_job(), memory.lease(item) as network:
            torch.testing.assert_close(network(picture), expected, rtol=1e-5, atol=1e-5)
            torch.testing.assert_close(
                network.tokens(torch.tensor([3])), item.source.tensors["table.weight"][3:4].float()
            )
    assert memory.report()[0]["holders"][0]["residency"] == most


def test_a_budget_decides_how_much_of_a_network_stays(picture: Tensor, expected: Tensor):
    item = handle()
    roomy = device_memory("cpu")
    whole = full_size(roomy, item)
    buffer = roomy._device.backend.footprint(item, None).buffer  # pyright: ignore[reportPrivateUsage]
    kinds: list[str] = []
    for budget in (whole, whole - 1, whole - whole // 8, buffer + whole // 20):
        memory = device_memory("cpu", budget=budget)
        item = handle()
        with memory.around_job(), memory.lease(item) as network:
            torch.testing.assert_close(network(picture), expected, rtol=1e-5, atol=1e-5)
            assert memory.ledger.held + memory.ledger.working <= budget
        kinds.append(memory.report()[0]["holders"][0]["residency"])
    assert kinds[0] == "full"
    assert set(kinds[1:]) <= {"partial", "streamed"}
    assert kinds[-1] == "streamed"


def test_only_one_weight_of_a_streamed_network_is_in_memory_at_a_time(picture: Tensor):
    memory, item = device_memory("cpu", most="streamed"), handle()
    with memory.around_job(), memory.lease(item) as network:
        network(picture)
        buffers = memory._device.backend._buffers
        assert 1 <= len(buffers._slots) <= 2  # nn.MultiheadAttention uses two weights at once
        large = max(tensor.numel() * 4 for tensor in item.source.tensors.values())
        assert sum(slot.nbytes for slot in buffers._slots) <= 2 * large
    assert buffers._slots == []
    assert "fused" in item.source.forgotten


def test_a_partly_resident_network_becomes_whole_when_there_is_room_again(picture: Tensor, expected: Tensor):
    one, two = handle("one"), handle("two")
    memory = device_memory("cpu")
    memory.ledger.budget = int(full_size(memory, one) * 1.6)
    with memory.around_job(), memory.lease(one), memory.lease(two) as network:
        torch.testing.assert_close(network(picture), expected, rtol=1e-5, atol=1e-5)
        assert any(isinstance(parameter, PagedWeight) for parameter in network.parameters())
    with memory.around_job(), memory.lease(two) as network:
        assert not any(isinstance(parameter, PagedWeight) for parameter in network.parameters())
        torch.testing.assert_close(network(picture), expected, rtol=1e-5, atol=1e-5)
        assert all(parameter.is_meta for parameter in one.network.parameters())


def test_tied_weights_are_held_once():
    memory, item = device_memory("cpu"), handle()
    with memory.lease(item) as network:
        assert network.last.weight is network.table.weight


def test_cancellation_goes_through_between_two_weights(picture: Tensor):
    memory, item, token = device_memory("cpu", most="streamed"), handle(), CancelToken()
    reset = current_token.set(token)
    try:
        with memory.around_job(), pytest.raises(Cancelled), memory.lease(item) as network:
            token.cancel()
            network(picture)
    finally:
        current_token.reset(reset)
    assert memory.ledger.working == 0
    memory.release_all()
    assert all(parameter.is_meta for parameter in item.network.parameters())


def test_two_threads_use_one_streamed_network(picture: Tensor, expected: Tensor):
    memory, item = device_memory("cpu", most="streamed"), handle()
    results: list[Tensor] = []

    def use() -> None:
        with memory.around_job(), memory.lease(item) as network:
            results.extend(network(picture) for _ in range(3))

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    for result in results:
        torch.testing.assert_close(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("most", ["partial", "streamed"])
def test_on_cuda_the_next_weights_are_on_their_way_while_one_is_used(most: Any, picture: Tensor, expected: Tensor):
    memory, item = device_memory("cuda", most=most), handle()
    with memory.around_job(), memory.lease(item) as network:
        for _ in range(3):
            result = network(picture.to(memory.device, torch.float16)).float().cpu()
            torch.testing.assert_close(result, expected, rtol=3e-2, atol=3e-2)
        placed = next(iter(memory._device.backend._placed.values()))
        assert placed.pager._coming
    memory.release_all()
    assert memory.ledger.held == 0
