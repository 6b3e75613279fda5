from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.cancellation import CancelToken, current_token
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.context import Cancelled
from graph_engine.validate.problem import ProblemError
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY


def make_network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.GroupNorm(2, 8), nn.Conv2d(8, 3, 1)).eval()


class HalfWeights:
    """Weights of :func:`make_network` as a half-precision file would give them."""

    dtype = torch.float16

    def __init__(self, omit: str = "") -> None:
        torch.manual_seed(0)
        state = make_network().state_dict()
        self.tensors = {name: tensor.half() for name, tensor in state.items() if name != omit}
        self.reads = 0

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def names(self) -> Iterator[str]:
        return iter(self.tensors)

    def read(self, name: str) -> Tensor:
        self.reads += 1
        return self.tensors[name]


@dataclass(frozen=True)
class Handle:
    network: nn.Module
    source: HalfWeights
    identity: str


def handle(identity: str = "a", omit: str = "") -> Handle:
    with torch.device("meta"):
        network = make_network()
    return Handle(network, HalfWeights(omit), identity)


def expected(picture: Tensor) -> Tensor:
    network = make_network()
    network.load_state_dict({name: tensor.float() for name, tensor in HalfWeights().tensors.items()})
    with torch.no_grad():
        return network(picture)


def test_a_meta_network_computes_while_it_is_leased_and_again_after_a_release():
    memory = device_memory("cpu")
    weighted = handle()
    picture = torch.rand(1, 3, 8, 8)
    for _ in range(2):
        with memory.around_job(), memory.lease(weighted) as network:
            assert next(network.parameters()).dtype == torch.float32
            assert not any(parameter.requires_grad for parameter in network.parameters())
            torch.testing.assert_close(network(picture), expected(picture), rtol=1e-5, atol=1e-6)
        assert memory.ledger.held == sum(p.numel() * 4 for p in weighted.network.parameters())
        memory.release_all()
        assert all(parameter.is_meta for parameter in weighted.network.parameters())
        assert memory.ledger.held == 0


class Backwards(nn.Linear):
    """A module that wants its rows in another order in memory."""

    def lay_out(self, name: str, tensor: Tensor) -> Tensor:
        return tensor.t().contiguous().t() if name == "weight" else tensor


def test_a_module_says_in_which_order_its_weights_lie():
    with torch.device("meta"):
        network = nn.Sequential(Backwards(4, 3), nn.Linear(3, 5))
    source = HalfWeights()
    source.tensors = {name: torch.ones(parameter.shape) for name, parameter in network.named_parameters()}
    with device_memory("cpu").lease(Handle(network, source, "backwards")):
        assert [module.weight.stride() for module in (network[0], network[1])] == [(1, 3), (3, 1)]


def test_a_second_lease_reads_nothing_again_also_through_another_handle():
    memory = device_memory("cpu")
    weighted, twin = handle(), handle()
    for item in (weighted, weighted, twin):
        with memory.lease(item):
            pass
    assert weighted.source.reads == len(weighted.source.tensors)
    assert twin.source.reads == 0


def test_a_budget_evicts_the_other_network():
    memory = device_memory("cpu", budget=2000)
    one, two = handle("one"), handle("two")
    with memory.lease(one):
        pass
    with memory.lease(two):
        assert all(parameter.is_meta for parameter in one.network.parameters())
    with pytest.raises(ProblemError, match="are needed, and"):
        memory.lease(one, working_bytes=4000).__enter__()


def test_a_file_that_lacks_weights_is_told_by_name():
    with pytest.raises(ProblemError, match=r"lacks 1 weights, such as 2\.bias"):
        device_memory("cpu").lease(handle(omit="2.bias")).__enter__()


def test_loading_notices_cancellation_and_leaves_nothing_behind():
    memory, weighted, token = device_memory("cpu"), handle(), CancelToken()
    token.cancel()
    reset = current_token.set(token)
    try:
        with pytest.raises(Cancelled):
            memory.lease(weighted).__enter__()
    finally:
        current_token.reset(reset)
    assert memory.ledger.held == 0
    assert all(parameter.is_meta for parameter in weighted.network.parameters())


def test_a_device_that_is_not_there_is_told():
    with pytest.raises(ProblemError, match="no device cuda:99"):
        device_memory("cuda:99")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_cuda_weights_stay_half_and_memory_comes_back():
    memory = device_memory("cuda")
    weighted = handle()
    with memory.around_job(), memory.lease(weighted) as network:
        picture = torch.rand(1, 3, 8, 8)
        assert next(network.parameters()).dtype == torch.float16
        result = network(picture.to(memory.device, torch.float16)).float().cpu()
        torch.testing.assert_close(result, expected(picture), rtol=1e-2, atol=1e-2)
    memory.release_all()
    assert memory.ledger.held == 0
    assert memory.describe()["free"] > 0


def test_cached_outputs_are_in_the_same_ledger(tmp_path: Path):
    memory = device_memory("cpu", budget=10_000)
    house = House(tmp_path, REGISTRY)
    surroundings = build_surroundings(
        REGISTRY, house.folders, memory, account=memory.output_account, around_job=memory.around_job
    )
    memory.outputs = surroundings.store
    house.runner = InProcessRunner(surroundings)
    form: Form = {"n": ("Number", {"value": 1}), "s": ("Show", {"value": ["n", 0]})}
    assert house.run(form) == "succeeded"
    assert memory.ledger.held_as("output") == surroundings.store.total_bytes > 0
    weighted = handle()
    size = sum(parameter.numel() * 4 for parameter in weighted.network.parameters())
    with memory.lease(weighted, working_bytes=10_000 - size):
        assert surroundings.store.total_bytes == 0
    house.run(form)
    assert house.ran == ["n", "s"]
