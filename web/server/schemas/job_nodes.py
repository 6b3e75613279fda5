"""What happened to each node of a job."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Literal

from web.server.schemas.base import Model
from web.server.schemas.events import Place
from web.server.schemas.problems import ProblemModel

NodeState = Literal["cached", "running", "finished", "failed"]


class JobNode(Model):
    """One node of a job. `why` says what made it run: `first`, `type`, `input:NAME`, `upstream:NAME`, `outside`,
    `evicted`, `gone`, `never_cached`, `arranges` or `expanded`; it is empty for a node that did not run.
    """

    node: str
    state: NodeState
    why: list[str] = []
    seconds: float | None = None
    place: Place | None = None
    problem: ProblemModel | None = None


class JobNodes(Model):
    """The nodes that a job touched, in the order in which it did."""

    nodes: list[JobNode]
