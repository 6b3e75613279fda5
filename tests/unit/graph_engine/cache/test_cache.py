import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_engine.cache.fingerprint import NoFingerprint, fingerprint
from graph_engine.cache.key import KeyMaker
from graph_engine.cache.policy import KEEP_CURRENT, CachePolicy, policy_from_text
from graph_engine.cache.size import size_of
from graph_engine.cache.stores.memory import CachedOutput, MemoryStore
from graph_engine.document.graph import GraphNode, Link
from graph_engine.files.folders import Folders
from graph_engine.files.node_files import JailedFiles
from graph_engine.spec.sdk import Registry, node
from tests.unit.graph_engine.sample_nodes import REGISTRY

FILES = JailedFiles(Folders(Path("nowhere")))

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def tagged(value: Any) -> Any:
    """The value with its types spelled out, so that plain equality tells 1, 1.0 and True apart."""
    if isinstance(value, dict):
        return {name: tagged(item) for name, item in value.items()}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    return (type(value), repr(value))


@given(one=PLAIN, other=PLAIN)
def test_fingerprints_are_equal_exactly_when_values_and_types_are(one: Any, other: Any):
    assert (fingerprint(one) == fingerprint(other)) == (tagged(one) == tagged(other))


def test_neighbouring_texts_do_not_run_together():
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [math.nan, {1, 2}, object(), [math.nan]])
def test_what_has_no_stable_bytes_is_refused(value: Any):
    with pytest.raises(NoFingerprint):
        fingerprint(value)


def keys(nodes: dict[str, GraphNode], states: dict[str, Any] | None = None) -> dict[str, bytes]:
    maker = KeyMaker(REGISTRY.types, lambda widget, name: (states or {}).get(name), FILES)
    made: dict[str, bytes] = {}
    maker.add_keys(nodes, nodes, made)
    return made


def test_a_key_follows_everything_above_it_and_no_id():
    def build(first: int, name: str = "n", slot: int = 0) -> bytes:
        nodes = {
            name: GraphNode(name, "Number", {"value": first}),
            "p": GraphNode("p", "Pair", {"a": Link(name, 0)}),
            "end": GraphNode("end", "Add", {"a": Link("p", slot), "b": 1}),
        }
        return keys(nodes)["end"]

    assert build(1) == build(1, name="renamed")
    assert len({build(1), build(2), build(1, slot=1)}) == 3


def test_a_key_follows_the_state_of_its_file():
    nodes = {"t": GraphNode("t", "Thing", {"seed": 1, "kind": "round", "file": "a"})}
    assert keys(nodes, {"a": [1, 2]}) == keys(nodes, {"a": [1, 2]})
    assert keys(nodes, {"a": [1, 2]}) != keys(nodes, {"a": [1, 3]})


def test_a_value_without_a_fingerprint_leaves_its_node_and_those_below_without_a_key():
    nodes = {
        "s": GraphNode("s", "Number", {"value": math.nan}),
        "a": GraphNode("a", "Add", {"a": Link("s", 0), "b": 1}),
        "n": GraphNode("n", "Number", {"value": 1}),
    }
    assert set(keys(nodes)) == {"n"}


class Array:
    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes


def test_arrays_count_by_their_bytes_and_shared_ones_once():
    shared = Array(1000)
    assert size_of(shared) == 1000
    assert 2000 <= size_of({"a": [shared, shared], "b": Array(1000)}) < 2600
    endless: list[Any] = []
    endless.append(endless)
    assert size_of(endless) < 200


def test_the_least_recently_used_output_goes_when_the_budget_is_passed():
    store = MemoryStore(CachePolicy(budget_bytes=3500))
    for name in (b"a", b"b", b"c"):
        store.put(name, CachedOutput((Array(1000),)))
    store.get(b"a")
    store.put(b"d", CachedOutput((Array(1000),)))
    assert [name for name in (b"a", b"b", b"c", b"d") if store.get(name)] == [b"a", b"c", b"d"]
    assert store.total_bytes <= 3500


def test_an_output_larger_than_the_budget_is_not_kept():
    store = MemoryStore(CachePolicy(budget_bytes=500))
    store.put(b"a", CachedOutput((Array(1000),)))
    assert len(store) == 0
    assert store.total_bytes == 0


def test_what_is_quickly_made_and_large_goes_before_what_is_slow_and_small():
    store = MemoryStore(CachePolicy(budget_bytes=3500))
    store.put(b"slow", CachedOutput((Array(1000),)), seconds=10)
    store.put(b"large", CachedOutput((Array(2000),)), seconds=0.1)
    store.put(b"new", CachedOutput((Array(1000),)), seconds=1)
    assert [name for name in (b"slow", b"large", b"new") if store.get(name)] == [b"slow", b"new"]


def test_even_a_costly_output_goes_in_the_end_when_nobody_uses_it():
    store = MemoryStore(CachePolicy(budget_bytes=3500))
    store.put(b"old", CachedOutput((Array(1000),)), seconds=5)
    for index in range(40):
        store.put(b"%d" % index, CachedOutput((Array(1000),)), seconds=1)
    assert store.get(b"old") is None


def test_so_many_results_are_kept_and_the_least_recently_used_go():
    store = MemoryStore(CachePolicy(most=2))
    for name in (b"a", b"b"):
        store.put(name, CachedOutput((1,)))
    store.get(b"a")
    store.put(b"c", CachedOutput((1,)))
    assert [name for name in (b"a", b"b", b"c") if store.get(name)] == [b"a", b"c"]


def test_results_from_inside_an_expansion_stay_while_each_job_uses_them():
    store = MemoryStore(KEEP_CURRENT)
    store.begin_job([b"outer"])
    store.put(b"inner", CachedOutput((1,)), inner=True)
    store.begin_job([b"outer"])
    assert store.get(b"inner") is not None
    store.begin_job([b"outer"])
    store.begin_job([b"outer"])
    assert store.get(b"inner") is None


@given(st.lists(st.tuples(st.sampled_from("pgd"), st.integers(0, 9), st.integers(1, 900), st.integers(0, 5))))
def test_whatever_happens_the_books_balance_and_the_budget_is_kept(history: list[tuple[str, int, int, int]]):
    store = MemoryStore(CachePolicy(budget_bytes=2000, most=5))
    for act, name, size, seconds in history:
        key = b"%d" % name
        if act == "p":
            store.put(key, CachedOutput((Array(size),)), seconds)
        elif act == "g":
            store.get(key)
        else:
            store.discard(key)
        assert store.total_bytes <= 2000
        assert len(store) <= 5
    store.clear()
    assert (len(store), store.total_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("keep-current", KEEP_CURRENT),
        ("none", CachePolicy(enabled=False)),
        ("lru:20", CachePolicy(most=20)),
        ("budget:2GB", CachePolicy(budget_bytes=2_000_000_000)),
        ("budget: 1.5 GiB", CachePolicy(budget_bytes=3 << 29)),
    ],
)
def test_a_policy_is_read_from_its_text(text: str, policy: CachePolicy):
    assert policy_from_text(text) == policy


@pytest.mark.parametrize("text", ["", "lru", "lru:0", "lru:x", "budget:", "budget:-1", "budget:2 apples", "most:3"])
def test_a_text_that_is_no_policy_is_refused_with_a_sentence(text: str):
    with pytest.raises(ValueError, match="write"):
        policy_from_text(text)


def test_a_file_that_a_value_names_in_passing_is_part_of_the_key():
    @node(
        id="Words",
        title="Words",
        category="test",
        reads=lambda _files, text: [("embeddings", word) for word in text.split()],
    )
    def words(text: str = "") -> str:
        return text

    states: dict[str, Any] = {"moss": 1}
    maker = KeyMaker(Registry.of([words]).types, lambda widget, name: (widget.folder, states.get(name)), FILES)

    def key(text: str) -> bytes:
        nodes, made = {"w": GraphNode("w", "Words", {"text": text})}, dict[str, bytes]()
        maker.add_keys(nodes, nodes, made)
        return made["w"]

    before = key("soft moss"), key("soft")
    states["moss"] = 2
    assert key("soft moss") != before[0]
    assert key("soft") == before[1]
