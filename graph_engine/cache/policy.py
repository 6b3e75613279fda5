"""Which cached outputs to keep."""

import heapq
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

DEFAULT_BUDGET = 1 << 30

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]I?)?B?\s*")


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """``only_current`` keeps what the job at hand uses and nothing else; ``most`` keeps so many results, dropping the
    least recently used; ``budget_bytes`` drops those that are cheapest to make again for the bytes they take. Several
    may be set. ``enabled`` False keeps nothing.
    """

    only_current: bool = False
    most: int | None = None
    budget_bytes: int | None = None
    enabled: bool = True

    def at_start(self, held: Collection[bytes], current: Collection[bytes]) -> list[bytes]:
        """What to drop of ``held`` when a job with the keys ``current`` begins."""
        if not self.enabled:
            return list(held)
        if not self.only_current:
            return []
        wanted = set(current)
        return [key for key in held if key not in wanted]


KEEP_CURRENT = CachePolicy(only_current=True)
KEEP_NOTHING = CachePolicy(enabled=False)
BY_BUDGET = CachePolicy(budget_bytes=DEFAULT_BUDGET)


def policy_from_text(text: str) -> CachePolicy:
    """``keep-current``, ``lru:N``, ``budget:2GB`` or ``none``. Raises ValueError, with a sentence."""
    kind, _, amount = text.strip().lower().partition(":")
    if kind == "keep-current" and not amount:
        return KEEP_CURRENT
    if kind == "none" and not amount:
        return KEEP_NOTHING
    if kind == "lru" and amount.isascii() and amount.isdigit() and int(amount) > 0:
        return CachePolicy(most=int(amount))
    if kind == "budget" and amount:
        return CachePolicy(budget_bytes=bytes_from_text(amount))
    raise ValueError(f"{text!r} is no way to cache: write keep-current, lru:200, budget:2GB or none.")


def bytes_from_text(text: str) -> int:
    """``2GB``, ``500 MB``, ``1.5GiB`` or plain bytes. Raises ValueError, with a sentence."""
    found = _SIZE.fullmatch(text.upper())
    if found is None:
        raise ValueError(f"{text!r} is no amount of memory: write 2GB, 500MB or 1.5GiB.")
    return int(float(found[1]) * _UNITS[found[2] or ""])


@dataclass(slots=True)
class _Rank:
    """What a result is worth now: equals are told apart by when they were last used."""

    cost: float
    worth: float
    serial: int


class Worth:
    """Orders results by what it costs to be without them: GreedyDual-Size (Cao and Irani, 1997).

    A result is worth ``clock + seconds / bytes`` when it is made or used; the least worth goes first, and the clock
    then stands at its worth; among equals the least recently used goes first. So large, quickly made results go before
    small, slow ones, and what nobody uses goes in the end, whatever it cost.
    """

    def __init__(self) -> None:
        self._clock = 0.0
        self._ranks: dict[bytes, _Rank] = {}
        self._heap: list[tuple[float, int, bytes]] = []
        self._serial = 0

    def enter(self, key: bytes, size: int, seconds: float) -> None:
        """A result was made."""
        self._serial += 1
        cost = seconds / max(size, 1)
        self._ranks[key] = _Rank(cost, self._clock + cost, self._serial)
        if len(self._heap) > 2 * len(self._ranks) + 100:
            # Most of it is gone already, and not by us.
            self._heap = [(rank.worth, rank.serial, held) for held, rank in self._ranks.items() if held != key]
            heapq.heapify(self._heap)
        heapq.heappush(self._heap, (self._clock + cost, self._serial, key))

    def use(self, key: bytes) -> None:
        """A result was used. Its place in the heap is mended when it comes up."""
        self._serial += 1
        rank = self._ranks[key]
        rank.worth, rank.serial = self._clock + rank.cost, self._serial

    def forget(self, key: bytes) -> None:
        """A result is gone."""
        self._ranks.pop(key, None)

    def least(self, recency: Mapping[bytes, object]) -> bytes | None:
        """The key worth least among those entered; None when there is none. ``recency`` holds those there are."""
        while self._heap:
            worth, serial, key = heapq.heappop(self._heap)
            rank = self._ranks.get(key)
            if rank is None or key not in recency:
                continue
            if rank.serial > serial:
                heapq.heappush(self._heap, (rank.worth, rank.serial, key))
                continue
            self._clock = max(self._clock, worth)
            return key
        return None
