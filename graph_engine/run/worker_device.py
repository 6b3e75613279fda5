"""What a worker holds on its device."""

import importlib
from typing import Any

from graph_engine.cache.policy import policy_from_text
from graph_engine.cache.stores.disk import DiskStore
from graph_engine.memory.none import NoDeviceMemory
from graph_engine.run.build import build_surroundings
from graph_engine.run.evaluate import Surroundings
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.spec.registry import Registry


class WorkerDevice:
    """A worker's device, its memory and the surroundings of its nodes. Torch is imported here, if at all."""

    def __init__(self, settings: WorkerSettings, registry: Registry) -> None:
        policy = policy_from_text(settings.cache)
        disk = _disk_store(settings)
        self._memory: Any = None
        if settings.device == "none":
            self.surroundings: Surroundings = build_surroundings(
                registry, settings.folders, NoDeviceMemory(), policy=policy, disk=disk
            )
            return
        from graph_engine.memory.torch_backend import device_memory

        self._memory = device_memory(
            settings.device, settings.memory_budget, reserve=settings.memory_reserve, most=settings.residency
        )
        self.surroundings = build_surroundings(
            registry,
            settings.folders,
            self._memory,
            policy=policy,
            disk=disk,
            account=self._memory.output_account,
            around_job=self._memory.around_job,
        )
        self._memory.outputs = self.surroundings.store

    def describe(self) -> dict[str, Any]:
        """Name, versions and memory, in bytes, as they are now."""
        if self._memory is None:
            return {"device": "none", "versions": {}, "total": 0, "free": 0, "held": 0}
        return self._memory.describe()

    def report(self) -> list[dict[str, Any]]:
        """Every place with its budget and who holds what there."""
        return [] if self._memory is None else self._memory.report()

    def free(self, weights: bool, outputs: bool) -> None:
        """Let go of what no job is using, and give its memory back."""
        if outputs:
            self.surroundings.store.clear()
        if self._memory is not None:
            if weights:
                self._memory.release_all()
            else:
                self._memory.trim()

    def trim(self) -> None:
        """Give back what nobody holds."""
        if self._memory is not None:
            self._memory.trim()


def _disk_store(settings: WorkerSettings) -> DiskStore | None:
    if not settings.disk_cache:
        return None
    codec = getattr(importlib.import_module(settings.registry.partition(":")[0]), "value_codec", None)
    return DiskStore(settings.folders.data / "cache", settings.disk_cache, codec() if codec else None)
