"""The gallery: pictures, boards, and what can be done with them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from web.server.schemas.base import Model

LARGEST_PLACE = (1 << 53) - 1
PictureId = Annotated[int, Field(ge=0, le=LARGEST_PLACE)]
BoardTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Ids = Field(min_length=1, max_length=1000)


class PictureModel(Model):
    """A picture of the output folder. `id` is when it was made, in microseconds since 1970.

    `version` changes with the file; `blur` is a tiny PNG (Base64) to show until the picture is there. `place` is what
    the next page begins behind. `state` says whether its file is there.
    """

    id: PictureId
    place: int
    subfolder: str
    filename: str
    url: str
    thumbnail: str
    version: str
    size: int
    width: int | None
    height: int | None
    made: float
    star: bool
    state: Literal["kept", "trashed", "missing"]
    trashed: float | None = None
    job_id: str
    node: str
    title: str
    workflow: bool
    blur: str
    prompt: str
    negative: str
    model: str
    sampler: str
    seed: str
    steps: int | None
    cfg: float | None


class PictureList(Model):
    """A page of pictures, newest first. `next` is the `before` of the page after it.

    `ignored` are the parts of the search that were not understood.
    """

    pictures: list[PictureModel]
    next: int | None = None
    ignored: list[str] = Field(default=[])
    scanning: bool = False


class PicturesQuery(Model):
    """What to look for, how many, and below (or above) which place. `tz`: minutes east of UTC, for dates."""

    search: str = Field(default="", max_length=500)
    limit: int = Field(default=100, ge=1, le=500)
    before: int | None = Field(default=None, ge=0, le=LARGEST_PLACE)
    after: int | None = Field(default=None, ge=0, le=LARGEST_PLACE)
    tz: int = Field(default=0, ge=-900, le=900)


class SummaryQuery(Model):
    """What to count. `tz`: minutes east of UTC."""

    search: str = Field(default="", max_length=500)
    tz: int = Field(default=0, ge=-900, le=900)


class MonthCount(Model):
    """How many pictures a month has, as `2026-11`. `until` is the first moment after it, as a picture's id."""

    month: str
    count: int
    until: int


class PictureSummary(Model):
    """How many pictures a search finds, by month (newest first), and the models there are to search for."""

    total: int
    months: list[MonthCount]
    models: list[str]


class PictureParameter(Model):
    """One value behind a picture. A whole number that JavaScript cannot hold travels as text."""

    node: str
    type: str
    title: str
    name: str
    value: str | bool | int | float


class PictureDetail(Model):
    """A picture with the boards it is on and every value behind it, nearest to it first."""

    picture: PictureModel
    boards: list[str]
    parameters: list[PictureParameter]


class PictureOfQuery(Model):
    """The place of a picture below the output folder."""

    path: str = Field(max_length=1024)


class PictureWorkflow(Model):
    """The workflow that made a picture: our document, ComfyUI's canvas, or a graph in run form."""

    workflow: dict[str, object]


class ChangePictures(Model):
    """What to do to some pictures. What is left out stays as it is."""

    ids: list[PictureId] = Ids
    star: bool | None = None
    trash: bool | None = None


class PictureIds(Model):
    """Some pictures."""

    ids: list[PictureId] = Ids


class ChangedCount(Model):
    """How many pictures were changed."""

    changed: int


class ThumbnailQuery(Model):
    """How high it should be at least (256, 512 or 1024 are made, up to twice as wide).

    `v` is the picture's version, so that browsers may keep the answer.
    """

    side: int = Field(default=256, ge=1, le=1024)
    v: str = Field(default="", max_length=64)


class DownloadQuery(Model):
    """Whether the workflow goes along."""

    workflow: bool = True


class ArchiveQuery(Model):
    """The pictures, as ids with commas between, and whether their workflows go along."""

    ids: str = Field(pattern=r"^[0-9,]+$", max_length=3400)
    workflow: bool = True


class BoardModel(Model):
    """A board. `cover` is its first picture's id."""

    id: str
    title: str
    pictures: int
    cover: PictureId | None = None


class BoardList(Model):
    """Every board in order."""

    boards: list[BoardModel]


class NewBoard(Model):
    """A board to make, with pictures on it at once."""

    title: BoardTitle
    ids: list[PictureId] = Field(default=[], max_length=1000)


class ChangeBoard(Model):
    """Another title, or another place: before the board named (`""`: last)."""

    title: BoardTitle | None = None
    before: str | None = Field(default=None, max_length=32)


class ChangeBoardPictures(Model):
    """Pictures to put on a board (topmost first) and to take off it."""

    add: list[PictureId] = Field(default=[], max_length=1000)
    remove: list[PictureId] = Field(default=[], max_length=1000)


class MoveOnBoard(Model):
    """Put a picture right before another one; null puts it last."""

    id: PictureId
    before: PictureId | None = None


class DeletedBoard(Model):
    """The pictures that were on it, in order: what it takes to make it again."""

    ids: list[PictureId]
