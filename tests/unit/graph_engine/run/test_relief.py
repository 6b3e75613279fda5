"""What happens when memory runs out inside a node."""

from pathlib import Path

import pytest

from graph_engine.memory.exhaustion import is_out_of_memory
from graph_engine.memory.ledger import Ledger
from graph_engine.memory.manager import MemoryManager
from graph_engine.run.build import build_surroundings
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.sdk import NodeContext, NodeResult, Registry, node
from tests.unit.graph_engine.harness import House
from tests.unit.graph_engine.memory.test_ledger import PretendDevice, Weights

NETWORK = Weights("network", 100, pinned=10, buffer=10)


class OutOfMemoryError(RuntimeError):
    """As torch calls its own."""


class Trial:
    """Nodes that run out of memory until enough has been given up, and what they saw."""

    def __init__(self, folder: Path, *, host: bool = False) -> None:
        self.seen: list[tuple[str, bool, bool, str]] = []
        self.enough = lambda told: False
        self.device = PretendDevice()
        beside = PretendDevice(device="host")
        self.memory = MemoryManager(self.device, Ledger(1000), host=(beside, Ledger(1000)) if host else None)
        self.house = House(folder, self.registry())
        surroundings = build_surroundings(
            self.registry(), self.house.folders, self.memory, account=self.memory.output_account
        )
        self.memory.outputs = surroundings.store
        self.house.runner = InProcessRunner(surroundings)

    def registry(self) -> Registry:
        @node(id="Paint", title="Paint", category="test", is_output=True, cacheable=False)
        def paint(ctx: NodeContext, asks: bool = True) -> NodeResult:
            tiled = asks and ctx.memory.pressure.tiled
            with ctx.memory.lease(NETWORK, working_bytes=10):
                small = asks and ctx.memory.pressure.small_batches
                residency = self.memory.report()[0]["holders"][0]["residency"] if not self.on_host(ctx) else "host"
                self.seen.append((residency, tiled, small, str(ctx.memory.device)))
                if not self.enough(self.seen[-1]):
                    raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return NodeResult()

        @node(id="Broken", title="Broken", category="test", is_output=True, cacheable=False)
        def broken(ctx: NodeContext) -> NodeResult:
            self.seen.append(("", False, False, ""))
            raise ValueError("not about memory")

        return Registry.of([paint, broken])

    @staticmethod
    def on_host(ctx: NodeContext) -> bool:
        return ctx.memory.device == "host"

    def run(self, kind: str = "Paint", **inputs: object) -> str:
        return self.house.run({"n": (kind, inputs)})

    @property
    def notices(self) -> list[str]:
        return [event.problem.code.removeprefix("memory.eased_by_") for event in self.house.of("node.notice")]


def test_the_steps_are_taken_one_by_one_and_each_is_told(tmp_path: Path):
    trial = Trial(tmp_path, host=True)
    with trial.memory.lease(Weights("other", 50)):
        pass
    trial.enough = lambda told: told[3] == "host"
    assert trial.run(asks=True) == "succeeded"
    assert trial.notices == ["evicting", "half", "streaming", "tiles", "splitting", "host"]
    assert trial.seen == [
        ("full", False, False, "pretend"),
        ("full", False, False, "pretend"),
        ("partial", False, False, "pretend"),
        ("streamed", False, False, "pretend"),
        ("streamed", True, False, "pretend"),
        ("streamed", True, True, "pretend"),
        ("host", True, True, "host"),
    ]


def test_it_goes_no_further_than_it_must(tmp_path: Path):
    trial = Trial(tmp_path)
    trial.enough = lambda told: told[0] == "partial"
    assert trial.run(asks=True) == "succeeded"
    assert trial.notices == ["evicting", "half"]
    assert all(notice.problem.severity == "warning" for notice in trial.house.of("node.notice"))


def test_a_node_that_knows_no_tiles_is_not_asked_for_them_and_the_end_is_a_sentence(tmp_path: Path):
    trial = Trial(tmp_path)
    assert trial.run(asks=False) == "failed"
    assert trial.notices == ["evicting", "half", "streaming"]
    (failed,) = trial.house.of("node.failed")
    assert failed.problem.code == "memory.exhausted"
    assert trial.memory.ledger.working == 0


def test_the_next_node_starts_without_pressure(tmp_path: Path):
    trial = Trial(tmp_path)
    trial.enough = lambda told: told[0] == "streamed"
    trial.run(asks=True)
    trial.enough = lambda told: True
    trial.run(asks=True)
    assert trial.seen[-1] == ("full", False, False, "pretend")
    assert trial.notices == []


def test_another_error_is_raised_at_once(tmp_path: Path):
    trial = Trial(tmp_path)
    assert trial.run("Broken") == "failed"
    assert len(trial.seen) == 1
    assert trial.notices == []


def test_a_device_that_refuses_the_whole_network_gets_part_of_it(tmp_path: Path):
    trial = Trial(tmp_path)
    trial.device.real = 60
    trial.enough = lambda told: True
    assert trial.run(asks=True) == "succeeded"
    assert trial.seen == [("partial", False, False, "pretend")]
    assert trial.notices == ["half"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory: you"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (OutOfMemoryError("anything"), True),
        (MemoryError(), True),
        (RuntimeError("shapes do not fit"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_running_out_of_memory_is_told_from_other_errors(error: Exception, expected: bool):
    assert is_out_of_memory(error) is expected
