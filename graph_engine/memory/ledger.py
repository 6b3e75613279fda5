"""Who holds how much of one place's memory, and who gives way. Pure: it counts; others act.

Cached outputs give way before weights. Among their kind they go by GreedyDual-Size (Cao & Irani 1997): an owner's worth
is the seconds it would take to bring it back per byte it holds, on top of the worth of what went last, so that what is
cheap to bring back goes before what is dear, and what was not used for long goes in the end whatever it cost. What is
leased never goes.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["output", "weights"]

_KINDS: tuple[Kind, ...] = ("output", "weights")


@dataclass
class Holding:
    """One owner's bytes. ``leases`` counts the claims in force; while there is one, the owner stays.

    ``seconds`` is what bringing it back would take; ``worth`` orders holdings of a kind, least first.
    """

    kind: Kind
    size: int
    seconds: float = 0.0
    leases: int = 0
    worth: float = 0.0


class Ledger:
    """The account of one place. ``budget`` is in bytes and covers holdings and working bytes."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._holdings: dict[Hashable, Holding] = {}
        self._held: dict[Kind, int] = {"output": 0, "weights": 0}
        self._inflation: dict[Kind, float] = {"output": 0.0, "weights": 0.0}
        self._working = 0
        self._peak = 0

    @property
    def held(self) -> int:
        """Bytes held by all owners."""
        return self._held["output"] + self._held["weights"]

    @property
    def working(self) -> int:
        """Bytes that the leases in force need besides what they hold."""
        return self._working

    @property
    def peak(self) -> int:
        """The most bytes that were held and at work at one time."""
        return self._peak

    def held_as(self, kind: Kind) -> int:
        """Bytes held as outputs, or as weights."""
        return self._held[kind]

    def holdings(self) -> dict[Hashable, Holding]:
        """Every owner with its holding, least recently used first."""
        return dict(self._holdings)

    def holding(self, owner: Hashable) -> Holding | None:
        """What ``owner`` holds, or None."""
        return self._holdings.get(owner)

    def hold(self, owner: Hashable, kind: Kind, size: int, seconds: float = 0.0) -> None:
        """Enter ``owner`` with ``size`` bytes, in place of what it held; its leases stay in force."""
        before = self._holdings.pop(owner, None)
        if before is not None:
            self._held[before.kind] -= before.size
        holding = Holding(kind, size, seconds, before.leases if before else 0)
        holding.worth = self._worth(holding)
        self._holdings[owner] = holding
        self._held[kind] += size
        self._note_peak()

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
            holding.worth = self._worth(holding)

    def lease(self, owner: Hashable, working: int) -> None:
        """Claim ``owner`` and ``working`` bytes besides. Raises KeyError when it holds nothing."""
        self._holdings[owner].leases += 1
        self._working += working
        self.touch(owner)
        self._note_peak()

    def unlease(self, owner: Hashable, working: int) -> None:
        """Give a claim back."""
        self._holdings[owner].leases -= 1
        self._working -= working

    def available(self) -> int:
        """Bytes that could be had at most: the budget less what is leased and the working bytes in force."""
        return self.budget - self._working - sum(item.size for item in self._holdings.values() if item.leases)

    def victims(self, need: int, keep: Hashable = None) -> list[Hashable] | None:
        """Who must go so that ``need`` more bytes fit; ``keep`` stays. None when even that would not do."""
        excess = self.held + self._working + need - self.budget
        if excess <= 0:
            return []
        chosen: list[Hashable] = []
        for kind in _KINDS:
            for owner, holding in self._ranked(kind):
                if excess <= 0:
                    return chosen
                if owner != keep:
                    chosen.append(owner)
                    excess -= holding.size
        return chosen if excess <= 0 else None

    def surplus_outputs(self) -> list[Hashable]:
        """The cached outputs that must go for the budget to be kept, as far as outputs can do that."""
        excess = self.held + self._working - self.budget
        chosen: list[Hashable] = []
        if excess > 0:
            for owner, holding in self._ranked("output"):
                if excess <= 0:
                    break
                chosen.append(owner)
                excess -= holding.size
        return chosen

    def note_evicted(self, owner: Hashable) -> None:
        """``owner`` is about to go to make room: what stays is worth that much less by comparison."""
        holding = self._holdings.get(owner)
        if holding is not None:
            self._inflation[holding.kind] = max(self._inflation[holding.kind], holding.worth)

    def _ranked(self, kind: Kind) -> list[tuple[Hashable, Holding]]:
        # The dict is in order of use and the sort is stable: of equal worth, the least recently used goes first.
        free = [(owner, item) for owner, item in self._holdings.items() if item.kind == kind and not item.leases]
        return sorted(free, key=lambda pair: pair[1].worth)

    def _worth(self, holding: Holding) -> float:
        return self._inflation[holding.kind] + holding.seconds / max(holding.size, 1)

    def _note_peak(self) -> None:
        self._peak = max(self._peak, self.held + self._working)
