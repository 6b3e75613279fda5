"""Sub-graphs that were published to the library."""

from typing import Any

from pydantic import Field

from web.server.schemas.base import Model
from web.server.schemas.workflow import DocumentBody


class PublishedSubgraph(Model):
    """A published sub-graph. ``workflow`` holds one instance of it with its definitions; null where it is damaged.

    ``modified`` is in seconds since 1970; ``description`` is its author's.
    """

    name: str
    revision: str
    modified: float
    description: str
    workflow: dict[str, Any] | None


class PublishedList(Model):
    """Everything in the library, by name."""

    subgraphs: list[PublishedSubgraph]


class PublishSubgraph(Model):
    """A sub-graph to publish: a document with one node, its instance, and the definitions that it needs.

    ``revision`` is the one in the library that this replaces; null says that the name should be new.
    """

    workflow: DocumentBody
    description: str = Field(default="", max_length=2000)
    revision: str | None = None
