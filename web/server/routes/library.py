"""Sub-graphs published to the library: list, publish, take away, bring back."""

import json
from collections.abc import Mapping
from typing import Any, cast

from graph_engine.document.reading import workflow_from_json
from graph_engine.document.workflow import Workflow
from graph_engine.document.writing import workflow_to_json
from graph_engine.files.jail import PathRefused
from graph_engine.files.json_text import read_json
from graph_engine.files.shelf import Entry, Shelf, revision_of
from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.schemas.published import PublishedList, PublishedSubgraph, PublishSubgraph
from web.server.schemas.saved_workflows import DeletedWorkflow, RestoreWorkflow, SavedRevision
from web.server.shelf_deeds import on_shelf

PATH = "/api/v1/library"
MOST = 2000
INSTANCE = "subgraph:"


@endpoint("GET", PATH, response=PublishedList)
async def list_published(call: Call[None, None]) -> PublishedList:
    """List the published sub-graphs with their definitions."""
    return PublishedList(subgraphs=await on_shelf(lambda: _published(call.services.published)))


@endpoint("PUT", PATH + "/{name}", body=PublishSubgraph, response=SavedRevision, errors=(400, 409, 413, 415, 422, 507))
async def publish_subgraph(call: Call[PublishSubgraph, None]) -> SavedRevision:
    """Publish a sub-graph. Refused with 409 when another version was published in between."""
    name, body = call.part("name"), call.body

    def save() -> str:
        workflow = {**body.workflow, "extra": {**_extra(body.workflow), "description": body.description}}
        document, _ = workflow_from_json(workflow)
        if not _is_one_instance(document):
            message = "This is not a sub-graph: a document with one instance and its definition is."
            raise refuse(422, "library.no_subgraph", message, "Publish a sub-graph from its node's menu.")
        data = json.dumps(workflow_to_json(document), ensure_ascii=False, indent=1).encode()
        return call.services.published.save(name, data, body.revision)

    revision = await on_shelf(save)
    _tell(call, name, revision)
    return SavedRevision(name=name, revision=revision)


@endpoint("DELETE", PATH + "/{name}", response=DeletedWorkflow, errors=(400, 404))
async def unpublish_subgraph(call: Call[None, None]) -> DeletedWorkflow:
    """Take a sub-graph out of the library. Workflows keep the copies they have."""
    name = call.part("name")
    trash = await on_shelf(lambda: call.services.published.delete(name))
    _tell(call, name, None)
    return DeletedWorkflow(trash=trash)


@endpoint("POST", PATH + "/restore", body=RestoreWorkflow, response=SavedRevision, errors=(400, 404, 409))
async def restore_published(call: Call[RestoreWorkflow, None]) -> SavedRevision:
    """Bring a sub-graph back into the library."""
    body, shelf = call.body, call.services.published
    revision = await on_shelf(lambda: shelf.restore(body.trash, body.name))
    _tell(call, body.name, revision)
    return SavedRevision(name=body.name, revision=revision)


def _tell(call: Call[Any, None], name: str, revision: str | None) -> None:
    """Tell every page: what another window has of the library is stale now."""
    call.services.hub.publish("", {"type": "library.changed", "name": name, "revision": revision})


def _published(shelf: Shelf) -> list[PublishedSubgraph]:
    entries = sorted(shelf.entries(), key=lambda entry: entry.name.lower())[:MOST]
    return [found for entry in entries if (found := _one(shelf, entry)) is not None]


def _one(shelf: Shelf, entry: Entry) -> PublishedSubgraph | None:
    try:
        data = shelf.read(entry.name)
    except (PathRefused, OSError):
        return None  # taken away while the list was made
    workflow: dict[str, Any] | None = None
    try:
        document, _ = workflow_from_json(read_json(data))
        workflow = workflow_to_json(document) if _is_one_instance(document) else None
    except (ValueError, TypeError, AttributeError):
        workflow = None
    description = _extra(workflow or {}).get("description", "")
    return PublishedSubgraph(
        name=entry.name,
        revision=revision_of(data),
        modified=entry.modified,
        description=description if isinstance(description, str) else "",
        workflow=workflow,
    )


def _is_one_instance(document: Workflow) -> bool:
    types = [node.type for node in document.canvas.nodes]
    known = {INSTANCE + definition.id for definition in document.subgraphs}
    return len(types) == 1 and types[0] in known


def _extra(workflow: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = workflow.get("extra")
    return cast("Mapping[str, Any]", extra) if isinstance(extra, Mapping) else {}
