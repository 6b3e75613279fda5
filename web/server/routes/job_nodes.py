"""A job node by node: what ran and why, how long it took, what was at hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.schemas.job_nodes import JobNode, JobNodes

PAGE = 5000


@endpoint("GET", "/api/v1/jobs/{id}/nodes", response=JobNodes, errors=(404,))
async def list_job_nodes(call: Call[None, None]) -> JobNodes:
    """Say of each node of a job whether and why it ran."""
    job_id = call.part("id")
    if await call.services.jobs.store.get(job_id) is None:
        raise refuse(404, "job.unknown", "There is no such job.", job=job_id[:128])
    nodes: dict[str, dict[str, Any]] = {}
    after = 0
    while True:
        records = await call.services.hub.of_job(job_id, after, PAGE)
        fold(nodes, (record.event for record in records))
        if len(records) < PAGE:
            return JobNodes(nodes=[JobNode(**stated) for stated in nodes.values()])
        after = records[-1].seq


def fold(nodes: dict[str, dict[str, Any]], events: Iterable[Mapping[str, Any]]) -> None:
    """Learn from events, in order, what became of each node."""
    for event in events:
        match event["type"]:
            case "job.started":
                nodes.clear()  # a job that was put back begins again
            case "nodes.cached":
                for node in event["nodes"]:
                    nodes[node] = {"node": node, "state": "cached"}
            case "node.started":
                node = event["node"]
                why, place = list(event.get("why", ())), event.get("place")
                nodes[node] = {"node": node, "state": "running", "why": why, "place": place}
            case "node.finished" if not event.get("cached"):
                nodes.setdefault(event["node"], {"node": event["node"]}).update(
                    state="finished", seconds=event["seconds"]
                )
            case "node.failed":
                nodes.setdefault(event["node"], {"node": event["node"], "place": event.get("place")}).update(
                    state="failed", problem=event["problem"]
                )
            case _:
                pass
