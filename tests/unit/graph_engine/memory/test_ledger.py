from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.memory.lease import OutOfDeviceMemory
from graph_engine.memory.ledger import Ledger
from graph_engine.memory.manager import MemoryManager
from graph_engine.memory.residency import Footprint
from graph_engine.validate.problem import ProblemError


@dataclass(frozen=True)
class Weights:
    """A handle of a made-up size."""

    identity: str
    nbytes: int
    pinned: int = 1 << 40
    buffer: int = 0
    network: str = "network"
    source: Any = None


@dataclass
class PretendDevice:
    """A backend that counts; ``real`` is what the device has, whatever the ledger believes."""

    real: int = 1 << 60
    resident: dict[str, int] = field(default_factory=dict[str, int])
    device: str = "pretend"

    def footprint(self, handle: Weights, dtype: Any) -> Footprint:
        return Footprint(handle.nbytes, min(handle.pinned, handle.nbytes), handle.buffer)

    def place(self, handle: Weights, dtype: Any, resident: int) -> str:
        self.resident.pop(handle.identity, None)
        if sum(self.resident.values()) + resident > self.real:
            raise OutOfDeviceMemory
        self.resident[handle.identity] = resident
        return handle.identity

    def release(self, handle: Weights) -> None:
        del self.resident[handle.identity]

    def settle(self) -> None: ...

    def free_bytes(self) -> int | None:
        return None

    def trim(self) -> None: ...

    def around_job(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def describe(self) -> dict[str, Any]:
        return {"device": self.device, "versions": {}, "total": self.real, "free": 0}


class Store:
    def __init__(self, manager: MemoryManager) -> None:
        self.keys: set[bytes] = set()
        self.manager = manager
        manager.outputs = self

    def put(self, key: bytes, size: int) -> None:
        self.keys.add(key)
        self.manager.output_account.hold(key, size)

    def discard(self, key: bytes) -> None:
        if key in self.keys:
            self.keys.remove(key)
            self.manager.output_account.drop(key)


def manager(budget: int, real: int = 1 << 60) -> tuple[MemoryManager, PretendDevice, Store]:
    device = PretendDevice(real)
    found = MemoryManager(device, Ledger(budget), to_system=lambda: None)
    return found, device, Store(found)


def test_a_leased_network_stays_resident_for_the_next_lease():
    memory, device, _ = manager(100)
    for _ in range(2):
        with memory.lease(Weights("a", 60), working_bytes=40) as network:
            assert network == "a"
    assert device.resident == {"a": 60}
    assert memory.ledger.working == 0


def test_cached_outputs_give_way_before_weights():
    memory, device, store = manager(100)
    with memory.lease(Weights("a", 30)):
        pass
    store.put(b"old", 30)
    store.put(b"new", 30)
    with memory.lease(Weights("b", 40)):
        assert store.keys == {b"new"}
        assert device.resident == {"a": 30, "b": 40}


def test_the_least_recently_used_weights_go_first_and_leased_ones_never():
    memory, device, _ = manager(100)
    for name in ("a", "b", "c"):
        with memory.lease(Weights(name, 30)):
            pass
    with memory.lease(Weights("a", 30)), memory.lease(Weights("d", 60)):
        assert device.resident == {"a": 30, "d": 60}


def test_what_cannot_fit_is_told_with_sizes_and_changes_nothing():
    memory, device, store = manager(100 << 20)
    store.put(b"kept", 1)
    with memory.lease(Weights("a", 60 << 20)), pytest.raises(ProblemError, match=r"50 MiB .* 40 MiB") as caught:
        memory.lease(Weights("b", 50 << 20)).__enter__()
    assert caught.value.problems[0].code == "memory.does_not_fit"
    assert device.resident == {"a": 60 << 20}
    assert store.keys == {b"kept"}


def test_a_device_with_less_than_the_ledger_thinks_is_tried_again_when_emptied():
    memory, device, _ = manager(1000, real=100)
    with memory.lease(Weights("a", 60)):
        pass
    with memory.lease(Weights("b", 60)):
        assert device.resident == {"b": 60}
    with pytest.raises(ProblemError):
        memory.lease(Weights("c", 200)).__enter__()


def test_another_type_brings_the_weights_in_anew():
    memory, device, _ = manager(100)
    with memory.lease(Weights("a", 60), dtype="half"):
        pass
    with memory.lease(Weights("a", 60), dtype="full"):
        assert device.resident == {"a": 60}


def test_releasing_all_spares_what_is_leased():
    memory, device, _ = manager(100)
    with memory.lease(Weights("a", 10)):
        pass
    with memory.lease(Weights("b", 10)):
        memory.release_all()
        assert device.resident == {"b": 10}
    memory.release_all()
    assert device.resident == {}
    assert memory.ledger.held == 0


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["open", "open", "close", "output", "free"]), st.integers(0, 5), st.integers(1, 60)),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(actions=ACTIONS, budget=st.integers(20, 200))
def test_whatever_happens_the_budget_holds_and_the_books_balance(actions: list[tuple[str, int, int]], budget: int):
    memory, device, store = manager(budget)
    open_leases: list[tuple[str, int, ExitStack]] = []
    for action, which, size in actions:
        name, size = f"m{which}", 10 + which * 12 if action == "open" else size
        if action == "open":
            working = size // 3
            leased = {held for held, _, _ in open_leases}
            needed = (0 if name in leased else size) + working
            pinned = sum(device.resident[held] for held in leased) + sum(item[1] for item in open_leases)
            stack = ExitStack()
            try:
                stack.enter_context(memory.lease(Weights(name, size), working_bytes=working))
                open_leases.append((name, working, stack))
            except ProblemError:
                assert pinned + needed > budget
            assert memory.ledger.held_as("weights") + memory.ledger.working <= budget
        elif action == "close" and open_leases:
            open_leases.pop(which % len(open_leases))[2].close()
        elif action == "output":
            store.put(bytes([which]), size)
        elif action == "free":
            memory.release_all()
        assert memory.ledger.held_as("weights") == sum(device.resident.values())
        assert {held for held, _, _ in open_leases} <= set(device.resident)
    for _, _, stack in open_leases:
        stack.close()
    memory.release_all()
    for key in list(store.keys):
        store.discard(key)
    assert (memory.ledger.held, memory.ledger.working, device.resident) == (0, 0, {})


def test_of_cached_results_the_one_that_was_quick_to_make_goes_first():
    memory, _, store = manager(100)
    for key, seconds in ((b"slow", 9.0), (b"quick", 0.1), (b"middling", 3.0)):
        store.keys.add(key)
        memory.output_account.hold(key, 30, seconds)
    with memory.lease(Weights("a", 40)):
        assert store.keys == {b"slow", b"middling"}


def test_what_was_dear_goes_in_the_end_when_nobody_uses_it():
    memory, _, store = manager(100)
    store.keys.add(b"dear")
    memory.output_account.hold(b"dear", 50, 2.0)
    for index in range(10):
        key = bytes([index])
        store.keys.add(key)
        memory.output_account.hold(key, 50, 1.0)
        with memory.lease(Weights("a", 1), working_bytes=40):
            pass
    assert b"dear" not in store.keys


def test_a_result_that_does_not_fit_drives_no_weights_out():
    memory, device, store = manager(100)
    with memory.lease(Weights("a", 80)):
        pass
    store.put(b"large", 50)
    assert store.keys == set()
    assert device.resident == {"a": 80}


def test_cached_results_beside_a_gpu_count_on_the_host_and_not_on_the_gpu():
    gpu, host = PretendDevice(), PretendDevice(device="host")
    memory = MemoryManager(gpu, Ledger(100), host=(host, Ledger(100)))
    store = Store(memory)
    store.put(b"picture", 90)
    with memory.lease(Weights("a", 60), working_bytes=40):
        assert store.keys == {b"picture"}
    assert [place["held"] for place in memory.report()] == [60, 90]
    assert memory.describe()["held"] == 60


def test_weights_that_two_nodes_leased_are_told_with_both():
    memory, _, _ = manager(100)
    for node in ("sampler", "refiner"):
        with memory.serving(node), memory.lease(Weights("/models/a.safetensors:1:2#unet", 60)):
            pass
    (holder,) = memory.report()[0]["holders"]
    assert (holder["name"], holder["nodes"]) == ("a.safetensors, unet", ["sampler", "refiner"])
