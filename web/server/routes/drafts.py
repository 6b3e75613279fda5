"""Drafts: the server's journal of what is open and unsaved in browsers."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from graph_engine.document.workflow import is_workflow
from graph_engine.files.draft_changes import ChangeRefused
from graph_engine.files.drafts import Draft, DraftMoved, Drafts, TooManyDrafts
from graph_engine.files.jail import PathRefused
from web.server.endpoint import Call, endpoint
from web.server.refusals import Refusal, refuse
from web.server.schemas.drafts import (
    ChangeDraft,
    DraftHead,
    DraftList,
    DraftModel,
    DraftsQuery,
    DraftSummary,
    WriteDraft,
)

Result = TypeVar("Result")
PATH = "/api/v1/drafts"


@endpoint("GET", PATH, query=DraftsQuery, response=DraftList)
async def list_drafts(call: Call[None, DraftsQuery]) -> DraftList:
    """List the drafts, the newest first."""
    found = await _do(lambda: _drafts(call).entries(closed=call.query.closed))
    return DraftList(drafts=[DraftSummary(**vars(entry)) for entry in found])


@endpoint("GET", PATH + "/{id}", response=DraftModel, errors=(400, 404))
async def read_draft(call: Call[None, None]) -> DraftModel:
    """A draft as it is now."""
    return _model(await _do(lambda: _drafts(call).read(call.part("id"))))


@endpoint("GET", PATH + "/{id}/head", response=DraftHead, errors=(400, 404))
async def read_draft_head(call: Call[None, None]) -> DraftHead:
    """Where a draft is: whether another window wrote in between."""
    return DraftHead(head=await _do(lambda: _drafts(call).head(call.part("id"))))


@endpoint("PUT", PATH + "/{id}", body=WriteDraft, response=DraftHead, errors=(400, 409, 413, 415, 422, 507))
async def write_draft(call: Call[WriteDraft, None]) -> DraftHead:
    """Put down a whole draft. Refused with 409 when another window wrote in between."""
    body = call.body
    if not is_workflow(body.state.document):
        raise refuse(422, "document.not_ours", "This is not a workflow document.", "Convert it first.")
    state = body.state.model_dump()
    return DraftHead(head=await _do(lambda: _drafts(call).write(call.part("id"), state, body.head)))


@endpoint(
    "POST", PATH + "/{id}/changes", body=ChangeDraft, response=DraftHead, errors=(400, 404, 409, 413, 415, 422, 507)
)
async def change_draft(call: Call[ChangeDraft, None]) -> DraftHead:
    """Add changes to a draft's journal; they are on the disk when this answers."""
    changes = [change.model_dump(exclude_unset=True) for change in call.body.changes]
    return DraftHead(head=await _do(lambda: _drafts(call).append(call.part("id"), changes, call.body.head)))


@endpoint("POST", PATH + "/{id}/close", errors=(400, 404))
async def close_draft(call: Call[None, None]) -> None:
    """Put a draft away. It can be taken out again until fifty later ones are closed."""
    await _do(lambda: _drafts(call).close(call.part("id")))


@endpoint("POST", PATH + "/{id}/reopen", response=DraftModel, errors=(400, 404))
async def reopen_draft(call: Call[None, None]) -> DraftModel:
    """Take a closed draft out again."""
    return _model(await _do(lambda: _drafts(call).reopen(call.part("id"))))


def _drafts(call: Call[Any, Any]) -> Drafts:
    return call.services.drafts


def _model(draft: Draft) -> DraftModel:
    return DraftModel(id=draft.id, head=draft.head, state=draft.state)


async def _do(deed: Callable[[], Result]) -> Result:
    """Work on the folder in a thread; what it refuses becomes the answer."""
    try:
        return await asyncio.to_thread(deed)
    except PathRefused as refused:
        raise Refusal(404 if refused.missing else 400, refused.problems) from refused
    except DraftMoved as moved:
        remedy = "Load what the other window wrote, or keep yours as a copy."
        raise refuse(409, "draft.moved", str(moved), remedy, head=moved.head) from moved
    except ChangeRefused as wrong:
        raise refuse(422, "draft.change_refused", f"The change does not fit the draft: {wrong}.") from wrong
    except TooManyDrafts as full:
        raise refuse(413, "draft.no_room", str(full)) from full
