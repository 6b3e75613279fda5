"""A picture of the gallery as values."""

from dataclasses import dataclass, field

KEPT, TRASHED, GONE = 0, 1, 2
"""Where a picture is: in the gallery, in the trash, or its file is not there any more."""


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """What made a picture, as far as its graph says. A seed is text: it may be larger than any column's integers."""

    prompt: str = ""
    negative: str = ""
    model: str = ""
    sampler: str = ""
    seed: str = ""
    steps: int | None = None
    cfg: float | None = None


@dataclass(frozen=True, kw_only=True)
class NewPictureRecord:
    """A picture to keep track of. ``path`` is below the output folder; ``made`` and ``modified`` in seconds since 1970.

    ``workflow`` says that the file itself carries one; ``blur`` is a tiny PNG in Base64, empty when unknown.
    """

    path: str
    size: int
    modified: float
    made: float
    width: int | None
    height: int | None
    job_id: str = ""
    node: str = ""
    title: str = ""
    workflow: bool = False
    blur: str = ""
    facts: PictureFacts = field(default_factory=PictureFacts)


@dataclass(frozen=True, kw_only=True)
class PictureRecord(NewPictureRecord):
    """A picture of the gallery. ``id`` is when it was made, in microseconds: the gallery's order."""

    id: int
    bin: int
    star: bool
    trashed: float | None
    place: int
    """Where it stands in the list it was read from; the next page begins behind the last one's."""

    @property
    def version(self) -> str:
        """Changes when the file does."""
        return f"{int(self.modified * 1e6):x}-{self.size:x}"


@dataclass(frozen=True, kw_only=True)
class BoardRecord:
    """A board: pictures that a person put together. ``cover`` is the picture that stands first."""

    id: str
    title: str
    position: float
    pictures: int = 0
    cover: int | None = None
