"""Who holds what memory."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Literal

from web.server.schemas.base import Model


class MemoryHolder(Model):
    """A network's weights, or a node's cached result. Sizes are in bytes.

    ``full_bytes`` is what it would hold as a whole: of a network that is not ``full``, part of the weights is read as
    it is used. ``reload_seconds`` is what bringing it back would take.
    """

    kind: Literal["weights", "output"]
    name: str
    nodes: list[str] = []
    bytes: int
    full_bytes: int
    residency: Literal["full", "partial", "streamed"] | None = None
    in_use: bool = False
    reload_seconds: float = 0.0


class OtherOutputs(Model):
    """Cached results that are too small to be named."""

    count: int = 0
    bytes: int = 0


class MemoryPlace(Model):
    """A device, or the host beside it. ``working`` is what running nodes said they need besides what is held."""

    device: str
    total: int
    free: int
    budget: int
    held: int
    working: int
    peak: int
    holders: list[MemoryHolder] = []
    other_outputs: OtherOutputs = OtherOutputs()


class MemoryModel(Model):
    """Every place with memory of its own; empty while there is no worker to ask."""

    places: list[MemoryPlace]


class FreeMemory(Model):
    """What to drop: networks on the device, and what nodes made. What a running job uses goes when it is done."""

    weights: bool = True
    outputs: bool = False
