"""What the server says of itself."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Literal

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.problems import ProblemModel

WorkerStateName = Literal["starting", "ready", "busy", "restarting", "faulty", "stopped"]


class WorkerModel(Model):
    """The worker. Memory is in bytes."""

    state: WorkerStateName
    pid: int | None = None
    device: str = ""
    device_memory_total: int = 0
    device_memory_free: int = 0
    device_memory_held: int = 0
    restarts: int = 0
    problem: ProblemModel | None = None
    versions: dict[str, str] = {}


class QueueModel(Model):
    """How many jobs wait and run. While it is paused no further job begins."""

    queued: int
    running: int
    paused: bool = False


class LimitsModel(Model):
    """What the server takes at most."""

    json_bytes: int
    json_depth: int
    upload_bytes: int
    upload_pixels: int
    queue: int
    sockets: int


class SystemModel(Model):
    """The system page."""

    version: str
    worker: WorkerModel
    queue: QueueModel
    limits: LimitsModel
    python: str
    platform: str
    database: str
    """``opening``, ``ready``, or a sentence about a database that was moved aside."""


class LogsQuery(Model):
    """How many lines, at most."""

    lines: int = Field(default=200, ge=1, le=1000)


class LogLines(Model):
    """The end of the server's log, the newest line last. Secrets are not in it; the home folder reads ``~``."""

    lines: list[str]


class Health(Model):
    """The server answers."""

    ok: Literal[True] = True
