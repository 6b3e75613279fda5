"""Pictures: those that jobs made, and those that people bring."""

from typing import Literal

from pydantic import Field

from web.server.schemas.base import Model


class ImageModel(Model):
    """A picture that a job made. ``width`` and ``height`` are pixels, null when the file could not be read."""

    id: int
    job_id: str
    node: str
    root: Literal["output", "input", "temp"]
    subfolder: str
    filename: str
    url: str
    width: int | None = None
    height: int | None = None
    created: float


class ImageList(Model):
    """A page of pictures, newest first. ``next`` is the ``before`` of the page after it."""

    images: list[ImageModel]
    next: int | None = None


class ImagesQuery(Model):
    """How many, and below which id; ``search``: words that the prompts or title of its job must all hold."""

    limit: int = Field(default=60, ge=1, le=500)
    before: int | None = None
    search: str | None = Field(default=None, max_length=200)


class UploadedImage(Model):
    """Where an uploaded picture now lies."""

    name: str
    subfolder: str
    root: Literal["input", "output", "temp"]


class UploadForm(Model):
    """The parts of an upload (``multipart/form-data``)."""

    image: bytes
    type: Literal["input", "output", "temp"] = "input"
    subfolder: str = ""
    overwrite: bool = False
