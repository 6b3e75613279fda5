"""Device memory where there is no device: for registries whose nodes lease nothing."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from graph_engine.memory.pressure import Pressure
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError


class NoDeviceMemory:
    """Implements :class:`graph_engine.spec.context.NodeMemory` by refusing every lease."""

    @property
    def device(self) -> Any:
        """No device."""
        return None

    @property
    def pressure(self) -> Pressure:
        """None."""
        return Pressure()

    def lease(
        self, handle: Any, *, working_bytes: int = 0, least_bytes: int | None = None, dtype: Any | None = None
    ) -> AbstractContextManager[Any]:
        """Raises ProblemError, always."""
        raise ProblemError([problem("memory.no_device")])

    def serving(self, node_id: str) -> AbstractContextManager[None]:
        """Nothing to attribute."""
        return nullcontext()

    def relieve(self, error: BaseException) -> Problem | None:
        """Nothing to let go of."""
        return None
