"""What the server is told at its start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds, all in one place. Bytes, pixels, seconds, counts."""

    json_bytes: int = 16 * MIB
    json_depth: int = 100
    upload_bytes: int = 100 * MIB
    upload_pixels: int = 64_000_000
    queue: int = 10_000
    batch_jobs: int = 2000
    batch_nodes: int = 500_000
    """Jobs of one batch, and the nodes of all their graphs together."""
    sockets: int = 256
    connections: int = 512
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    disk_reserve: int = 32 * MIB
    """New jobs and uploads are refused when the data folder's disk has less than this."""
    client_buffer: int = 1 * MIB
    stuck_seconds: float = 30.0


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Addresses, folders and limits of one server."""

    host: str = "127.0.0.1"
    port: int = 8188
    allow_hosts: tuple[str, ...] = ()
    tls: bool = False
    page: Path | None = None
    """The folder of the built page."""
    templates: Path | None = None
    """The folder of ready workflows."""
    guide: Path | None = None
    """The folder of the documents, of which the page shows the user guide."""
    catalogue: Path | None = None
    """The shipped node catalogue."""
    extensions: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Folders of plug-ins' front ends, by the plug-in's name."""
    limits: Limits = field(default_factory=Limits)
    requeue_lost: bool = False
    """A job that a crash cut off is queued again, once."""
    start_paused: bool = False
    webhook: str | None = None
    """Told of every job's end."""
    webhook_allow: tuple[str, ...] = ()
    """Hosts of webhooks that need not be public."""
    webhook_secret: bytes | None = None
    database_url: str | None = None
    """A PostgreSQL database; without one SQLite in the data folder."""
    preview_method: str | None = None
    """ComfyUI's ``--preview-method``, for its clients alone: our own page always gets previews."""
    arguments: tuple[str, ...] = ()
    """The command line, as ComfyUI's clients may ask for it."""
