"""What a set of nodes needs, and what circles it holds. Iterative: a chain may be any length."""

from collections.abc import Iterable, Iterator

from graph_engine.document.graph import Graph, Link


def sources(graph: Graph, node_id: str) -> list[str]:
    """Ids of the existing nodes that ``node_id`` is wired to, in input order, possibly repeated."""
    nodes = graph.nodes
    return [value.source for value in nodes[node_id].inputs.values() if type(value) is Link and value.source in nodes]


def reachable(graph: Graph, roots: Iterable[str]) -> dict[str, None]:
    """``roots`` and everything upstream of them, as an ordered set."""
    found: dict[str, None] = dict.fromkeys(root for root in roots if root in graph.nodes)
    waiting = list(found)
    while waiting:
        for source in sources(graph, waiting.pop()):
            if source not in found:
                found[source] = None
                waiting.append(source)
    return found


def dependants(graph: Graph, within: Iterable[str]) -> dict[str, list[str]]:
    """For every node of ``within``: the nodes of ``within`` that take something from it."""
    result: dict[str, list[str]] = {node_id: [] for node_id in within}
    for node_id in result:
        for source in dict.fromkeys(sources(graph, node_id)):
            if source in result:
                result[source].append(node_id)
    return result


def downstream(graph: Graph, within: Iterable[str], starts: Iterable[str]) -> set[str]:
    """``starts`` and everything in ``within`` that depends on them."""
    users = dependants(graph, within)
    found = set(starts)
    waiting = list(found)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return found


_CYCLES_TOLD = 20


def cycles(graph: Graph, within: Iterable[str]) -> list[list[str]]:
    """Circles of wires among ``within``, each as its nodes in wire order. Told are the first few."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in within:
        if start in done:
            continue
        path: list[tuple[str, Iterator[str]]] = [(start, iter(sources(graph, start)))]
        on_path = {start}
        while path:
            current, waiting = path[-1]
            source = next(waiting, None)
            if source is None:
                done.add(current)
                on_path.discard(current)
                path.pop()
            elif source in on_path:
                ring = [node_id for node_id, _ in path]
                found.append(ring[ring.index(source) :][::-1])
                if len(found) >= _CYCLES_TOLD:
                    return found
            elif source not in done:
                path.append((source, iter(sources(graph, source))))
                on_path.add(source)
    return found
