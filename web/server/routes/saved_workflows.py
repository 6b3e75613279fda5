"""Workflows saved by name: list, open, save, earlier versions, trash."""

import asyncio
import json
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, TypeVar

from graph_engine.document.reading import workflow_from_json
from graph_engine.document.settle import settle
from graph_engine.document.workflow import is_workflow
from graph_engine.document.writing import workflow_to_json
from graph_engine.files.jail import PathRefused
from graph_engine.files.shelf import Conflict, Shelf, revision_of
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import Problem
from web.server.endpoint import Call, endpoint
from web.server.refusals import Refusal, refuse
from web.server.schemas.problems import ProblemModel
from web.server.schemas.saved_workflows import (
    DeletedWorkflow,
    OpenedWorkflow,
    RestoreWorkflow,
    SavedQuery,
    SavedRevision,
    SavedWorkflow,
    SavedWorkflowList,
    SaveWorkflow,
    WorkflowVersion,
    WorkflowVersionList,
)

Result = TypeVar("Result")
PATH = "/api/v1/workflows/saved"


@endpoint("GET", PATH, query=SavedQuery, response=SavedWorkflowList)
async def list_saved_workflows(call: Call[None, SavedQuery]) -> SavedWorkflowList:
    """List the saved workflows by name."""
    entries = sorted(await _do(_shelf(call).entries), key=lambda entry: entry.name)
    start = bisect_right([entry.name for entry in entries], call.query.after) if call.query.after else 0
    page = entries[start : start + call.query.limit]
    more = start + len(page) < len(entries)
    return SavedWorkflowList(
        workflows=[SavedWorkflow(**vars(entry)) for entry in page], next=page[-1].name if more and page else None
    )


@endpoint("GET", PATH + "/{name}", response=OpenedWorkflow, errors=(400, 404))
async def open_saved_workflow(call: Call[None, None]) -> OpenedWorkflow:
    """Open a saved workflow. A name in a folder is written with %2F."""
    name = call.part("name")
    data = await _do(lambda: _shelf(call).read(name))
    return await _opened(call, name, data)


@endpoint("PUT", PATH + "/{name}", body=SaveWorkflow, response=SavedRevision, errors=(400, 409, 413, 415, 422, 507))
async def save_workflow(call: Call[SaveWorkflow, None]) -> SavedRevision:
    """Save a workflow. Refused with 409 when it was changed in between: nothing is overwritten unseen."""
    name, body = call.part("name"), call.body
    if not is_workflow(body.workflow):
        raise refuse(422, "document.not_ours", "This is not a workflow document.", "Convert it first.")
    data = json.dumps(body.workflow, ensure_ascii=False, indent=1).encode()
    revision = await _do(lambda: _shelf(call).save(name, data, body.revision))
    return SavedRevision(name=name, revision=revision)


@endpoint("DELETE", PATH + "/{name}", response=DeletedWorkflow, errors=(400, 404))
async def delete_saved_workflow(call: Call[None, None]) -> DeletedWorkflow:
    """Move a saved workflow to the trash."""
    name = call.part("name")
    return DeletedWorkflow(trash=await _do(lambda: _shelf(call).delete(name)))


@endpoint("GET", PATH + "/{name}/versions", response=WorkflowVersionList, errors=(400,))
async def list_workflow_versions(call: Call[None, None]) -> WorkflowVersionList:
    """List the earlier states of a saved workflow."""
    name = call.part("name")
    found = await _do(lambda: _shelf(call).versions(name))
    return WorkflowVersionList(versions=[WorkflowVersion(**vars(item)) for item in found])


@endpoint("GET", PATH + "/{name}/versions/{number}", response=OpenedWorkflow, errors=(400, 404))
async def open_workflow_version(call: Call[None, None]) -> OpenedWorkflow:
    """Open an earlier state of a saved workflow."""
    name, number = call.part("name"), call.part("number")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1
    data = await _do(lambda: _shelf(call).read_version(name, wanted))
    return await _opened(call, name, data)


@endpoint(
    "POST", "/api/v1/workflows/trash/restore", body=RestoreWorkflow, response=SavedRevision, errors=(400, 404, 409)
)
async def restore_workflow(call: Call[RestoreWorkflow, None]) -> SavedRevision:
    """Bring a workflow back from the trash."""
    body = call.body
    return SavedRevision(name=body.name, revision=await _do(lambda: _shelf(call).restore(body.trash, body.name)))


def _shelf(call: Call[Any, Any]) -> Shelf:
    return call.services.shelf


async def _opened(call: Call[Any, Any], name: str, data: bytes) -> OpenedWorkflow:
    try:
        workflow, problems = await asyncio.to_thread(_read, data, call.services.node_types.catalogue)
    except ValueError as error:
        raise refuse(422, "document.not_ours", f"{name} is damaged: {error}.", "Open an earlier version.") from error
    told = [ProblemModel(**item.to_json()) for item in problems]
    return OpenedWorkflow(name=name, revision=revision_of(data), workflow=workflow, problems=told)


def _read(data: bytes, catalogue: Catalogue) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    document, problems = workflow_from_json(json.loads(data))
    if any(item.code in ("document.newer", "document.not_ours") for item in problems):
        raise ValueError(problems[0].message.rstrip("."))
    document, notes = settle(document, catalogue)
    return workflow_to_json(document), (*problems, *notes)


async def _do(deed: Callable[[], Result]) -> Result:
    """Work on the folder in a thread; what it refuses becomes the answer."""
    try:
        return await asyncio.to_thread(deed)
    except PathRefused as refused:
        raise Refusal(404 if refused.missing else 400, refused.problems) from refused
    except Conflict as conflict:
        raise refuse(
            409,
            "workflow.changed",
            str(conflict),
            "Open it again, or save under another name.",
            revision=conflict.revision,
        ) from conflict
