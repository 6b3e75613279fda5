import re
from pathlib import Path

import pytest

from graph_engine import Engine, node
from graph_engine.run.events import Event, NodeStarted
from tests.unit.graph_engine.sample_nodes import REGISTRY

GUIDE = Path(__file__).parents[3] / "docs" / "developing" / "use-as-a-library.md"
GRAPH = {
    "n": {"class_type": "Number", "inputs": {"value": 4}},
    "p": {"class_type": "Pair", "inputs": {"a": ["n", 0]}},
    "s": {"class_type": "Show", "inputs": {"value": ["p", 1]}},
}


def test_the_guides_example_runs_as_it_stands(capsys: pytest.CaptureFixture[str]):
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(code, str(GUIDE), "exec"), {"__name__": "guide"})
    assert capsys.readouterr().out == "15\n"
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_values_and_what_is_shown_come_back_and_a_second_run_is_cached():
    engine = Engine(REGISTRY)
    run = engine.run(GRAPH, values_of=["n", "p"])
    assert (run.outcome, run["n"], run["p"], run.shown) == ("succeeded", 4, (4, 8), {"s": {"text": ["8"]}})
    told: list[Event] = []
    again = engine.run(GRAPH, values_of=["p"], watch=told.append)
    assert again["p"] == (4, 8)
    assert [event.node for event in told if isinstance(event, NodeStarted)] == ["p values"]


def test_what_goes_wrong_is_in_the_result():
    graph = {**GRAPH, "f": {"class_type": "Fail", "inputs": {"a": ["n", 0]}}}
    run = Engine(REGISTRY).run(graph, values_of=["f"])
    assert run.outcome == "failed"
    assert [item.message for item in run.problems] == ["4 is not to my taste."]
    assert run.shown == {"s": {"text": ["8"]}}
    with pytest.raises(KeyError):
        Engine(REGISTRY).run(GRAPH, values_of=["nobody"])


def test_a_list_comes_back_as_a_list():
    @node(id="Three", title="Three", category="mine")
    def three() -> list[int]:
        return [1, 2, 3]

    assert Engine([three]).run({"t": {"class_type": "Three", "inputs": {}}}, values_of=["t"])["t"] == [1, 2, 3]
