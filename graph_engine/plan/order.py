"""In which order the nodes that some roots need can run."""

from collections.abc import Iterable, Iterator

from graph_engine.document.graph import Graph
from graph_engine.plan.reach import sources
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError


def run_order(graph: Graph, roots: Iterable[str]) -> list[str]:
    """Sources before users, depth first from each root, so that what is made is soon used and let go.

    Deterministic: it follows the order of roots and of inputs. Raises ProblemError for a circle.
    """
    order: list[str] = []
    done: dict[str, bool] = {}
    for root in roots:
        if root in done:
            continue
        path: list[tuple[str, Iterator[str]]] = [(root, iter(sources(graph, root)))]
        done[root] = False
        while path:
            current, waiting = path[-1]
            for source in waiting:
                is_done = done.get(source)
                if is_done:
                    continue
                if is_done is False:
                    ring = [node_id for node_id, _ in path]
                    ring = ring[ring.index(source) :][::-1]
                    raise ProblemError([problem("graph.cycle", at=source, path=[*ring, ring[0]])])
                done[source] = False
                path.append((source, iter(sources(graph, source))))
                break
            else:
                path.pop()
                done[current] = True
                order.append(current)
    return order
