"""``comfy_api.latest`` and its numbered versions."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.worker.contract_v3 import io, ui
from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.previews import preview_of
from compat.comfyui.worker.shims.place import ShimPlace


class ComfyExtension:
    """A pack of v3: what ``comfy_entrypoint`` returns."""

    async def on_load(self) -> None:
        """Called once, before the nodes are asked for."""

    async def get_node_list(self) -> list[Any]:
        """The node classes."""
        return []


class ExecutionSync:
    """What a running node may ask of the engine."""

    def set_progress(
        self,
        value: float,
        max_value: float,
        node_id: str | None = None,
        preview_image: Any = None,
        ignore_size_limit: bool = False,
    ) -> None:
        """So much is done. Raises when the job is to stop."""
        context = current_call()
        if context is None:
            return
        preview = None if preview_image is None else ("JPEG", preview_image, None if ignore_size_limit else 512)
        context.progress(int(value), int(max_value), preview_of(preview))


class Execution(ExecutionSync):
    """The same, awaited."""

    async def set_progress(self, *args: Any, **kwargs: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """See :meth:`ExecutionSync.set_progress`."""
        ExecutionSync.set_progress(self, *args, **kwargs)


class ComfyAPI:
    """``ComfyAPI().execution.set_progress(…)``."""

    def __init__(self) -> None:
        self.execution: Any = Execution()


class ComfyAPISync:
    """As :class:`ComfyAPI`, without awaiting."""

    def __init__(self) -> None:
        self.execution = ExecutionSync()


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """The module's members."""
    types = io.namespace()
    return {
        "ComfyAPI": ComfyAPI,
        "ComfyAPISync": ComfyAPISync,
        "ComfyExtension": ComfyExtension,
        "io": types,
        "IO": types,
        "ui": ui.namespace(),
        "UI": ui.namespace(),
    }
