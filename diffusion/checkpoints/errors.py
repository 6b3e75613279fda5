"""What can be wrong with a model file, told to the person who chose it."""

from pathlib import Path


class CheckpointError(Exception):
    """A model file cannot be used.

    Attributes:
        what: what is wrong, one sentence.
        where: the file (and the tensor, if one is at fault).
        remedy: what to do next.
    """

    def __init__(self, what: str, *, where: str | Path, remedy: str) -> None:
        super().__init__(f"{what} ({where}). {remedy}")
        self.what = what
        self.where = str(where)
        self.remedy = remedy
