"""Workflows saved by name: list, open, save, earlier versions, trash."""

import asyncio
import contextlib
import json
import urllib.parse
from bisect import bisect_right
from typing import Any

from aiohttp import web

from graph_engine.document.reading import workflow_from_json
from graph_engine.document.settle import settle
from graph_engine.document.workflow import is_workflow
from graph_engine.document.writing import workflow_to_json
from graph_engine.files.jail import PathRefused
from graph_engine.files.json_text import read_json
from graph_engine.files.shelf import Entry, Shelf, revision_of
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import Problem
from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.schemas.problems import ProblemModel
from web.server.schemas.saved_workflows import (
    DeletedWorkflow,
    MoveWorkflow,
    OpenedWorkflow,
    RestoreWorkflow,
    SavedQuery,
    SavedRevision,
    SavedWorkflow,
    SavedWorkflowList,
    SaveWorkflow,
    ThumbnailSource,
    TrashedWorkflow,
    TrashList,
    WorkflowVersion,
    WorkflowVersionList,
)
from web.server.shelf_deeds import on_shelf
from web.server.small_picture import UnreadablePicture, small_picture
from web.server.workflow_cards import card_of

PATH = "/api/v1/workflows/saved"


@endpoint("GET", PATH, query=SavedQuery, response=SavedWorkflowList)
async def list_saved_workflows(call: Call[None, SavedQuery]) -> SavedWorkflowList:
    """List the saved workflows by name."""
    entries = sorted(await on_shelf(_shelf(call).entries), key=lambda entry: entry.name)
    start = bisect_right([entry.name for entry in entries], call.query.after) if call.query.after else 0
    page = entries[start : start + call.query.limit]
    more = start + len(page) < len(entries)
    listed = await asyncio.to_thread(lambda: [_listed(call, entry) for entry in page])
    return SavedWorkflowList(workflows=listed, next=page[-1].name if more and page else None)


@endpoint("GET", PATH + "/{name}", response=OpenedWorkflow, errors=(400, 404))
async def open_saved_workflow(call: Call[None, None]) -> OpenedWorkflow:
    """Open a saved workflow. A name in a folder is written with %2F."""
    name = call.part("name")
    data = await on_shelf(lambda: _shelf(call).read(name))
    return await _opened(call, name, data)


@endpoint("PUT", PATH + "/{name}", body=SaveWorkflow, response=SavedRevision, errors=(400, 409, 413, 415, 422, 507))
async def save_workflow(call: Call[SaveWorkflow, None]) -> SavedRevision:
    """Save a workflow. Refused with 409 when it was changed in between: nothing is overwritten unseen."""
    name, body = call.part("name"), call.body
    if not is_workflow(body.workflow):
        raise refuse(422, "document.not_ours", "This is not a workflow document.", "Convert it first.")

    def save() -> str:
        data = json.dumps(body.workflow, ensure_ascii=False, indent=1).encode()
        return _shelf(call).save(name, data, body.revision)

    return SavedRevision(name=name, revision=await on_shelf(save))


@endpoint("DELETE", PATH + "/{name}", response=DeletedWorkflow, errors=(400, 404))
async def delete_saved_workflow(call: Call[None, None]) -> DeletedWorkflow:
    """Move a saved workflow to the trash."""
    name = call.part("name")
    return DeletedWorkflow(trash=await on_shelf(lambda: _shelf(call).delete(name)))


@endpoint("POST", PATH + "/{name}/move", body=MoveWorkflow, errors=(400, 404, 409))
async def move_saved_workflow(call: Call[MoveWorkflow, None]) -> None:
    """Give a saved workflow another name. Its versions go with it."""
    name, to = call.part("name"), call.body.to
    await on_shelf(lambda: _shelf(call).move(name, to))


@endpoint("GET", PATH + "/{name}/thumbnail", kind="bytes", errors=(400, 404))
async def get_workflow_thumbnail(call: Call[None, None]) -> web.StreamResponse:
    """The picture that shows what a saved workflow paints."""
    path = await on_shelf(lambda: _shelf(call).thumbnail(call.part("name")))
    if path is None:
        raise refuse(404, "workflow.no_thumbnail", "This workflow has no picture yet.")
    return web.FileResponse(path, headers={"Content-Type": "image/webp", "Cache-Control": "private, max-age=86400"})


@endpoint("PUT", PATH + "/{name}/thumbnail", body=ThumbnailSource, errors=(400, 404, 415, 422, 507))
async def set_workflow_thumbnail(call: Call[ThumbnailSource, None]) -> None:
    """Show a picture that was made here for a saved workflow."""
    name, source, services = call.part("name"), call.body, call.services
    most = services.settings.limits.upload_pixels

    def keep() -> None:
        with services.folders.jail.open_read(source.root, source.path) as file:
            _shelf(call).keep_thumbnail(name, small_picture(file, most))

    try:
        await on_shelf(keep)
    except UnreadablePicture as unreadable:
        raise refuse(422, "upload.not_an_image", f"{source.path} cannot be shown: {unreadable}.") from unreadable


@endpoint("GET", PATH + "/{name}/versions", response=WorkflowVersionList, errors=(400,))
async def list_workflow_versions(call: Call[None, None]) -> WorkflowVersionList:
    """List the earlier states of a saved workflow."""
    name = call.part("name")
    found = await on_shelf(lambda: _shelf(call).versions(name))
    return WorkflowVersionList(versions=[WorkflowVersion(**vars(item)) for item in found])


@endpoint("GET", PATH + "/{name}/versions/{number}", response=OpenedWorkflow, errors=(400, 404))
async def open_workflow_version(call: Call[None, None]) -> OpenedWorkflow:
    """Open an earlier state of a saved workflow."""
    name, number = call.part("name"), call.part("number")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1
    data = await on_shelf(lambda: _shelf(call).read_version(name, wanted))
    return await _opened(call, name, data)


@endpoint("GET", "/api/v1/workflows/trash", response=TrashList)
async def list_trashed_workflows(call: Call[None, None]) -> TrashList:
    """List the deleted workflows, newest first."""
    found = await on_shelf(_shelf(call).trash)
    return TrashList(
        workflows=[TrashedWorkflow(trash=item.token, name=item.name, deleted=item.deleted) for item in found]
    )


@endpoint(
    "POST", "/api/v1/workflows/trash/restore", body=RestoreWorkflow, response=SavedRevision, errors=(400, 404, 409)
)
async def restore_workflow(call: Call[RestoreWorkflow, None]) -> SavedRevision:
    """Bring a workflow back from the trash."""
    body = call.body
    return SavedRevision(name=body.name, revision=await on_shelf(lambda: _shelf(call).restore(body.trash, body.name)))


def _listed(call: Call[Any, Any], entry: Entry) -> SavedWorkflow:
    services = call.services
    card = thumbnail = None
    with contextlib.suppress(PathRefused, OSError, ValueError):
        document = read_json(services.shelf.read(entry.name))
        card = card_of(document, services.node_types.catalogue, services.folders)
        picture = services.shelf.thumbnail(entry.name)
        if picture is not None:
            part = urllib.parse.quote(entry.name, safe="")
            thumbnail = f"{PATH}/{part}/thumbnail?v={picture.stat().st_mtime_ns:x}"
    return SavedWorkflow(**vars(entry), card=card, thumbnail=thumbnail)


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
    document, problems = workflow_from_json(read_json(data))
    if any(item.code in ("document.newer", "document.not_ours") for item in problems):
        raise ValueError(problems[0].message.rstrip("."))
    document, notes = settle(document, catalogue)
    return workflow_to_json(document), (*problems, *notes)
