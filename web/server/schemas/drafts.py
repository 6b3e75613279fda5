"""Drafts: what is open and unsaved in a browser, kept by the server."""

from typing import Any

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.workflow import DocumentBody


class DraftSummary(Model):
    """A draft in the list. ``browser`` names the browser that wrote it; ``modified`` is in seconds since 1970."""

    id: str
    title: str
    browser: str
    size: int
    modified: float


class DraftList(Model):
    """Drafts, the newest first."""

    drafts: list[DraftSummary]


class DraftsQuery(Model):
    """Which drafts: those that are open, or those that were closed."""

    closed: bool = False


class DraftState(Model):
    """All there is of a draft. ``about`` belongs to the page: where it was saved, seeds last used, the last job."""

    document: DocumentBody
    browser: str = Field(default="", max_length=64)
    about: dict[str, Any] = Field(default_factory=dict)


class DraftModel(Model):
    """A draft as it is now. ``head`` counts its records; a change says which one it was made from."""

    id: str
    head: int
    state: dict[str, Any]


class WriteDraft(Model):
    """A whole draft. ``head`` is the record it was made from; null says that the draft is new."""

    state: DraftState
    head: int | None = None


class DraftChange(Model):
    """One of: set a place to a value, remove a place, exchange ``count`` items of a list at ``at`` for ``items``."""

    set: list[str | int] | None = None
    value: Any = None
    unset: list[str | int] | None = None
    splice: list[str | int] | None = None
    at: int | None = None
    count: int | None = None
    items: list[Any] | None = None


class ChangeDraft(Model):
    """Changes of a draft since record ``head``."""

    changes: list[DraftChange] = Field(max_length=10_000)
    head: int


class DraftHead(Model):
    """Where a draft is now."""

    head: int
