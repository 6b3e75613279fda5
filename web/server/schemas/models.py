"""Model files as the page lists them."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from pydantic import Field

from web.server.schemas.base import Model


class ModelSaid(Model):
    """What a file says of itself: its author's words."""

    title: str = ""
    author: str = ""
    license: str = ""
    description: str = ""
    trigger: str = ""


class ModelFacts(Model):
    """What the header tells. ``family`` is null where nothing is recognised; ``problem`` says why it cannot be read."""

    family: str | None = None
    title: str = ""
    supported: bool = False
    tensors: int = 0
    parameters: int = 0
    dtype: str = ""
    said: ModelSaid = ModelSaid()
    problem: str = ""
    remedy: str = ""


class ModelFileModel(Model):
    """A model file. ``modified`` is in seconds since 1970; ``facts`` is null until the worker was asked."""

    name: str
    size: int
    modified: float
    facts: ModelFacts | None = None


class ModelKind(Model):
    """A kind of model: the folders it is looked for in, and the files there."""

    kind: str
    folders: list[str]
    files: list[ModelFileModel] = []


class ModelFileList(Model):
    """Every kind of model. ``complete``: the facts of every file are there."""

    kinds: list[ModelKind]
    complete: bool


class ModelsQuery(Model):
    """Which kind (none: all), and whether to ask the worker for facts that are not known yet."""

    kind: str | None = Field(default=None, max_length=100)
    facts: bool = False
