import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_engine.cache.stores.disk import DiskStore
from graph_engine.cache.stores.memory import CachedOutput
from graph_engine.plan.listing import Many
from graph_engine.run.build import build_surroundings
from graph_engine.run.in_process import InProcessRunner
from graph_engine.spec.sdk import Registry, node
from tests.unit.graph_engine.harness import Form, House
from tests.unit.graph_engine.sample_nodes import REGISTRY, Number

VALUES = (
    1,
    2.5,
    "text",
    None,
    True,
    [1, (2, {"a": [None]})],
    Many((1, 2)),
    {"dict": {"list": [1]}},
)


class BytesCodec:
    def encode(self, value: Any) -> tuple[Mapping[str, Any], bytes] | None:
        return ({"kind": "bytes"}, value) if isinstance(value, bytes) else None

    def decode(self, description: Mapping[str, Any], data: bytes) -> Any:
        if description["kind"] != "bytes":
            raise ValueError("what is this?")
        return data


def test_an_output_comes_back_as_it_was_also_to_another_process(tmp_path: Path):
    entry = CachedOutput((*VALUES, b"\0raw"), {"text": ["shown"]})
    assert DiskStore(tmp_path / "cache", 10_000, BytesCodec()).put(b"key", entry)
    again = DiskStore(tmp_path / "cache", 10_000, BytesCodec()).get(b"key")
    assert again == entry
    assert again is not None
    assert [type(value) for value in again.values] == [type(value) for value in entry.values]


def test_what_cannot_be_written_is_not_kept(tmp_path: Path):
    store = DiskStore(tmp_path, 10_000)
    assert not store.put(b"a", CachedOutput((object(),)))
    assert not store.put(b"b", CachedOutput((b"no codec",)))
    assert not store.put(b"c", CachedOutput(("x" * 20_000,)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: b"", lambda data: data[:-3] + b"abc"])
def test_a_damaged_file_is_a_miss_and_goes(tmp_path: Path, harm: Any):
    store = DiskStore(tmp_path, 10_000)
    store.put(b"a", CachedOutput(("value",)))
    (file,) = tmp_path.iterdir()
    file.write_bytes(harm(file.read_bytes()))
    assert store.get(b"a") is None
    assert list(tmp_path.iterdir()) == []


def test_the_folder_keeps_its_budget_and_the_least_recently_used_file_goes(tmp_path: Path):

    store = DiskStore(tmp_path, 10_000)
    for index, name in enumerate((b"a", b"b", b"c")):
        store.put(name, CachedOutput(("x" * 1000,)))
        os.utime(tmp_path / f"{name.hex()}.cached", (index, index))
    store = DiskStore(tmp_path, 3_500)  # as the next process finds them
    assert store.get(b"a") is not None
    store.put(b"d", CachedOutput(("x" * 1000,)))
    assert [name for name in (b"a", b"b", b"c", b"d") if store.get(name)] == [b"a", b"c", b"d"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3_500


def test_a_folder_that_cannot_be_written_is_no_harm(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    store = DiskStore(tmp_path / "file", 1000)
    assert not store.put(b"a", CachedOutput((1,)))
    assert store.get(b"a") is None


def test_durable_outputs_survive_a_restart_and_others_do_not(tmp_path: Path):
    @node(id="Slow", title="Slow", category="test", durable=True)
    def slow(a: Number) -> int:
        return a * 2

    registry = REGISTRY.joined(Registry.of([slow]))
    form: Form = {
        "n": ("Number", {"value": 4}),
        "x": ("Slow", {"a": ["n", 0]}),
        "y": ("Add", {"a": ["x", 0], "b": 1}),
        "s": ("Show", {"value": ["y", 0]}),
    }
    ran: list[list[str]] = []
    for _ in range(2):
        house = House(tmp_path, registry)
        disk = DiskStore(tmp_path / "cache", 10_000)
        house.runner = InProcessRunner(
            build_surroundings(registry, house.folders, house.surroundings.memory, disk=disk)
        )
        assert house.run(form) == "succeeded"
        assert house.shown == {"s": {"text": ["9"]}}
        ran.append(house.ran)
    assert ran == [["n", "x", "y", "s"], ["y", "s"]]
