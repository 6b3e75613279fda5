"""Device memory where there is no device: for registries whose nodes lease nothing."""

from contextlib import AbstractContextManager
from typing import Any

from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError


class NoDeviceMemory:
    """Implements :class:`graph_engine.spec.context.NodeMemory` by refusing every lease."""

    @property
    def device(self) -> Any:
        """No device."""
        return None

    def lease(self, handle: Any, *, working_bytes: int = 0, dtype: Any | None = None) -> AbstractContextManager[Any]:
        """Raises ProblemError, always."""
        raise ProblemError([problem("memory.no_device")])
