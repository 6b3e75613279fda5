"""A picture that a job made, as it is remembered."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NewPicture:
    """A picture to remember. ``width`` and ``height`` are pixels, None when unknown."""

    job_id: str
    node: str
    root: str
    subfolder: str
    filename: str
    width: int | None
    height: int | None
    created: float


@dataclass(frozen=True, kw_only=True)
class Picture(NewPicture):
    """A remembered picture."""

    id: int
