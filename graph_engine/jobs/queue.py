"""Who runs next, and how many may wait."""

from dataclasses import dataclass


class QueueFull(Exception):  # noqa: N818 - reads as what it is
    """The queue takes no more jobs for now."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs wait already; wait until some are done, or cancel some.")
        self.limit = limit


@dataclass(frozen=True, kw_only=True)
class QueuePolicy:
    """First come, first served; a job put in front goes before all that wait, the last such first."""

    limit: int = 10_000

    def position(self, number: int, *, front: bool) -> float:
        """The place of job ``number``: the lowest position runs next."""
        return float(-number if front else number)

    def admit(self, waiting: int) -> None:
        """Raises :class:`QueueFull` when ``waiting`` jobs are as many as may wait."""
        if waiting >= self.limit:
            raise QueueFull(self.limit)
