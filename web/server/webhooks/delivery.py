"""One webhook that is to be told of one job."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """``attempts`` have failed; the next is ``due`` (seconds since 1970)."""

    id: int
    job_id: str
    url: str
    attempts: int
    due: float
