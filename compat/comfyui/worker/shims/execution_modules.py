"""``comfy_execution.utils`` and ``comfy_execution.progress``: which node calls, and telling its progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.previews import preview_of
from compat.comfyui.worker.shims.place import ShimPlace


@dataclass(frozen=True)
class ExecutionContext:
    """Which call of which node of which job."""

    prompt_id: str
    node_id: str
    list_index: int | None


def get_executing_context() -> ExecutionContext | None:
    """The call that is under way, None outside a node."""
    context = current_call()
    return None if context is None else ExecutionContext(context.job_id, context.node_id, context.call)


class ProgressRegistry:
    """Tells progress for the node that calls."""

    def start_progress(self, node_id: str) -> None:
        """The engine tells this itself."""

    def finish_progress(self, node_id: str) -> None:
        """The engine tells this itself."""

    def update_progress(self, node_id: str, value: float, max_value: float, image: Any = None) -> None:
        """So much is done. Raises when the job is to stop."""
        context = current_call()
        if context is not None:
            context.progress(int(value), int(max_value), preview_of(image))


def utils_members(_place: ShimPlace) -> Mapping[str, Any]:
    """``comfy_execution.utils``."""
    return {"ExecutionContext": ExecutionContext, "get_executing_context": get_executing_context}


def progress_members(_place: ShimPlace) -> Mapping[str, Any]:
    """``comfy_execution.progress``."""
    registry = ProgressRegistry()

    def get_progress_state() -> ProgressRegistry:
        return registry

    return {"ProgressRegistry": ProgressRegistry, "get_progress_state": get_progress_state}
