from graph_engine.document.compile import compile_workflow
from graph_engine.document.decompile import decompile
from graph_engine.document.graph import Graph, GraphNode, Link
from tests.unit.graph_engine.sample_nodes import CATALOGUE


def chain(length: int) -> Graph:
    nodes = {"0": GraphNode("0", "Number", {"value": 2})}
    for index in range(1, length):
        nodes[str(index)] = GraphNode(str(index), "Add", {"a": Link(str(index - 1), 0), "b": index})
    return Graph(nodes)


def test_a_graph_comes_back_from_the_document_made_of_it() -> None:
    graph = Graph(
        {
            "n": GraphNode("n", "Number", {"value": 3}, "Three"),
            "p": GraphNode("p", "Pair", {"a": Link("n", 0)}),
            "s": GraphNode("s", "Show", {"value": Link("p", 1)}),
        }
    )
    assert compile_workflow(decompile(graph, CATALOGUE), CATALOGUE) == (graph, ())


def test_nodes_stand_right_of_what_they_need() -> None:
    places = {node.id: node.rest["position"][0] for node in decompile(chain(4), CATALOGUE).canvas.nodes}
    assert places["0"] < places["1"] < places["2"] < places["3"]


def test_a_circle_and_an_unknown_type_are_no_obstacle() -> None:
    ring = Graph({"a": GraphNode("a", "Odd", {"x": Link("b", 1)}), "b": GraphNode("b", "Odd", {"x": Link("a", 0)})})
    made = decompile(ring, CATALOGUE)
    assert [(wire.source, wire.output) for wire in made.canvas.wires] == [("b", "output 2"), ("a", "output 1")]


def test_a_very_long_chain_is_laid_out_without_recursion() -> None:
    assert len(decompile(chain(20_000), CATALOGUE).canvas.nodes) == 20_000
