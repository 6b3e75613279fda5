"""Problems, and the one shape of every refusal of our own API (RFC 9457)."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Any, Literal

from pydantic import Field

from web.server.schemas.base import Model


class ProblemModel(Model):
    """One finding: a stable code with parameters, where it is, and its English words."""

    code: str
    message: str
    params: dict[str, Any] = {}
    node: str | None = None
    socket: str | None = None
    severity: Literal["error", "warning"] = "error"
    remedy: str = ""


class ProblemDocument(Model):
    """A refusal as ``application/problem+json``."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[ProblemModel] = Field(default_factory=list[ProblemModel])


class ProblemList(Model):
    """What validation has to say; empty when all is well."""

    problems: list[ProblemModel]
