"""Who holds how much of a device's memory, and who gives way. Pure: it counts; others act.

Cached outputs give way before weights, and the least recently used before others; what is leased never does.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["output", "weights"]


@dataclass
class Holding:
    """One owner's bytes. ``leases`` counts the claims in force; while there is one, the owner stays."""

    kind: Kind
    size: int
    leases: int = 0


class Ledger:
    """The account of one device. ``budget`` is in bytes and covers holdings and working bytes."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._holdings: dict[Hashable, Holding] = {}
        self._held: dict[Kind, int] = {"output": 0, "weights": 0}
        self._working = 0

    @property
    def held(self) -> int:
        """Bytes held by all owners."""
        return self._held["output"] + self._held["weights"]

    @property
    def working(self) -> int:
        """Bytes that the leases in force need besides what they hold."""
        return self._working

    def held_as(self, kind: Kind) -> int:
        """Bytes held as outputs, or as weights."""
        return self._held[kind]

    def holdings(self) -> dict[Hashable, Holding]:
        """Every owner with its holding, least recently used first."""
        return dict(self._holdings)

    def holds(self, owner: Hashable) -> bool:
        """Whether ``owner`` holds anything."""
        return owner in self._holdings

    def hold(self, owner: Hashable, kind: Kind, size: int) -> None:
        """Enter ``owner`` with ``size`` bytes, in place of what it held."""
        if owner in self._holdings:
            self.drop(owner)
        self._holdings[owner] = Holding(kind, size)
        self._held[kind] += size

    def drop(self, owner: Hashable) -> None:
        """Strike ``owner`` out, if it is there. Raises ValueError while it is leased."""
        holding = self._holdings.get(owner)
        if holding is None:
            return
        if holding.leases:
            raise ValueError(f"{owner!r} is leased and cannot be dropped.")
        del self._holdings[owner]
        self._held[holding.kind] -= holding.size

    def touch(self, owner: Hashable) -> None:
        """Make ``owner`` the most recently used."""
        holding = self._holdings.pop(owner, None)
        if holding is not None:
            self._holdings[owner] = holding

    def lease(self, owner: Hashable, working: int) -> None:
        """Claim ``owner`` and ``working`` bytes besides. Raises KeyError when it holds nothing."""
        self._holdings[owner].leases += 1
        self._working += working
        self.touch(owner)

    def unlease(self, owner: Hashable, working: int) -> None:
        """Give a claim back."""
        self._holdings[owner].leases -= 1
        self._working -= working

    def available(self) -> int:
        """Bytes that could be had at most: the budget less what is leased and the working bytes in force."""
        leased = sum(holding.size for holding in self._holdings.values() if holding.leases)
        return self.budget - leased - self._working

    def victims(self, need: int, keep: Hashable = None) -> list[Hashable] | None:
        """Who must go so that ``need`` more bytes fit; ``keep`` stays. None when even that would not do."""
        excess = self.held + self._working + need - self.budget
        chosen: list[Hashable] = []
        for kind in ("output", "weights"):
            if excess <= 0:
                break
            for owner, holding in self._holdings.items():
                if excess <= 0:
                    break
                if holding.kind == kind and not holding.leases and owner != keep:
                    chosen.append(owner)
                    excess -= holding.size
        return chosen if excess <= 0 else None
