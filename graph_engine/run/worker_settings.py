"""How to start a worker process and when to give up on it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_engine.files.folders import Folders
from graph_engine.memory.residency import Residency


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """Everything a worker is told at start, and the server's patience with it.

    ``extension`` names a function ``module:function`` that adds node types from outside the program, see
    :mod:`graph_engine.run.extension`; ``extension_settings`` are plain values for it.
    ``registry`` names a function ``module:function`` that returns the Registry; a function ``warm_up`` of that module,
    if there is one, is called in the background once the worker is ready, and ``questions(folders)`` gives what the
    worker can be asked besides jobs. ``device`` is ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps`` …, or ``none`` for
    nodes that lease nothing (torch is then not imported).
    ``memory_budget`` bounds what networks and cached outputs may hold on the device, in bytes (None: what the device
    has, less ``memory_reserve``, or less a sensible part); ``residency`` is the most of a network that stays there;
    weights go after ``idle_unload`` seconds without a job (0: never). ``cache`` says which outputs to keep, as
    :func:`~graph_engine.cache.policy.policy_from_text` reads it; ``disk_cache`` is how many bytes of durable outputs
    to keep in the data folder over restarts.
    """

    registry: str
    folders: Folders
    extension: str = ""
    extension_settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    device: str = "auto"
    memory_budget: int | None = None
    memory_reserve: int | None = None
    residency: Residency = "full"
    idle_unload: float = 0.0
    cache: str = "budget:1GiB"
    disk_cache: int = 0
    log_level: int = logging.INFO
    kill_after: float = 5.0
    """Seconds of silence after a cancellation before the worker is killed."""
    restarts: int = 3
    """So many deaths within ``restart_window`` seconds make the worker faulty for that long."""
    restart_window: float = 60.0
    hung_after: float = 30.0
    """Seconds without a sign of life (there is one a second, also while a node computes) before it is killed."""
    close_after: float = 2.0
    """Seconds a worker gets to end by itself when the server stops."""

    def start_message(self) -> dict[str, Any]:
        """What the worker needs of this, as plain values."""
        return {
            "registry": self.registry,
            "folders": self.folders.to_json(),
            "extension": self.extension,
            "extension_settings": dict(self.extension_settings),
            "device": self.device,
            "memory_budget": self.memory_budget,
            "memory_reserve": self.memory_reserve,
            "residency": self.residency,
            "idle_unload": self.idle_unload,
            "cache": self.cache,
            "disk_cache": self.disk_cache,
            "log_level": self.log_level,
        }

    @staticmethod
    def from_start_message(value: Mapping[str, Any]) -> "WorkerSettings":
        """The worker's side of :meth:`start_message`."""
        return WorkerSettings(
            registry=value["registry"],
            folders=Folders.from_json(value["folders"]),
            extension=value["extension"],
            extension_settings=value["extension_settings"],
            device=value["device"],
            memory_budget=value["memory_budget"],
            memory_reserve=value["memory_reserve"],
            residency=value["residency"],
            idle_unload=value["idle_unload"],
            cache=value["cache"],
            disk_cache=value["disk_cache"],
            log_level=value["log_level"],
        )
