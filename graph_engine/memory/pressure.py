"""How short memory is for the node that runs: what it must do without, in steps."""

from dataclasses import dataclass, field
from enum import IntEnum

from graph_engine.memory.residency import Residency


class Level(IntEnum):
    """The steps of relief, each with all before it. A node that runs out of memory runs again on the next one."""

    NONE = 0
    EVICTED = 1
    """Everything that no lease holds is let go."""
    PARTIAL = 2
    """Half a network stays on the device at most."""
    STREAMED = 3
    """Weights are read as they are used."""
    TILED = 4
    """Nodes that can work on a picture in tiles do."""
    SMALL_BATCH = 5
    """Nodes that can work on one thing at a time do."""
    HOST = 6
    """The node computes on the CPU."""


@dataclass
class Pressure:
    """What one call of a node is told, and what it showed of itself. Not for two threads at a time."""

    level: Level = Level.NONE
    tight: bool = False
    """A lease in force got only the least working bytes it asked for."""
    asked: set[Level] = field(default_factory=set[Level])
    """Steps that the node asked about, and so knows how to take."""
    leased: set[Residency] = field(default_factory=set[Residency])
    """How the networks that the node leased were placed."""
    refused: bool = False
    """A lease did not fit, streamed as it would have been."""

    @property
    def tiled(self) -> bool:
        """Whether the node should work in tiles, if it can."""
        self.asked.add(Level.TILED)
        return self.tight or self.level >= Level.TILED

    @property
    def small_batches(self) -> bool:
        """Whether the node should work on one thing at a time, if it can: a sampler, say, one half of guidance."""
        self.asked.add(Level.SMALL_BATCH)
        return self.tight or self.level >= Level.SMALL_BATCH

    @property
    def most_residency(self) -> Residency:
        """The most of a network that may stay on the device."""
        if self.level >= Level.STREAMED:
            return "streamed"
        return "partial" if self.level >= Level.PARTIAL else "full"

    def next_level(self, *, can_evict: bool, has_host: bool) -> Level | None:
        """The next step that could change something for this node; None when there is none."""
        useful = {
            Level.EVICTED: can_evict,
            Level.PARTIAL: "full" in self.leased and not self.refused,
            Level.STREAMED: not self.leased.isdisjoint({"full", "partial"}) and not self.refused,
            Level.TILED: Level.TILED in self.asked and not self.tight,
            Level.SMALL_BATCH: Level.SMALL_BATCH in self.asked and not self.tight,
            Level.HOST: has_host and bool(self.leased or self.refused),
        }
        return next((level for level in Level if level > self.level and useful.get(level, False)), None)

    def raised_to(self, level: Level) -> "Pressure":
        """A fresh start on ``level``."""
        return Pressure(level)
