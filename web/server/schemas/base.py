"""The root of every model at the boundary."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A closed, frozen model: an unknown field is an error, so that a misspelling is told, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OpenModel(BaseModel):
    """A model of something that keeps what it does not know, such as a workflow document."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
