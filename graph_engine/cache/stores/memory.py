"""Outputs of earlier nodes, held in this process."""

import itertools
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graph_engine.cache.policy import CachePolicy, Worth
from graph_engine.cache.size import size_of


class Account(Protocol):
    """Is told what the store holds, so that one ledger knows of everything on a device."""

    def hold(self, key: bytes, size: int, seconds: float) -> None:
        """``key`` now holds ``size`` bytes, which took ``seconds`` to make."""
        ...

    def drop(self, key: bytes) -> None:
        """``key`` is gone."""
        ...

    def touch(self, key: bytes) -> None:
        """``key`` was used."""
        ...


@dataclass(frozen=True, slots=True)
class CachedOutput:
    """What a node made: its values, and what it showed."""

    values: tuple[Any, ...]
    ui: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])


@dataclass(slots=True)
class _Held:
    """An entry, its bytes, and the last job that used it where it is inner."""

    entry: CachedOutput
    size: int
    inner: int | None


class MemoryStore:
    """Outputs by content key, least recently used first, within a policy. Any thread may call.

    Results of nodes that an expansion made are ``inner``: no job knows their keys beforehand, so where only the
    current job's results are kept, they stay as long as each job uses them.
    """

    def __init__(self, policy: CachePolicy, account: Account | None = None) -> None:
        self._policy = policy
        self._account = account
        self._lock = threading.RLock()
        self._held: dict[bytes, _Held] = {}
        self._total = 0
        self._worth = Worth() if policy.budget_bytes is not None else None
        self._jobs = 0

    @property
    def total_bytes(self) -> int:
        """Bytes held now."""
        return self._total

    def __len__(self) -> int:
        return len(self._held)

    def begin_job(self, keys: Collection[bytes]) -> None:
        """Let go of what the policy does not carry into a job with these keys."""
        with self._lock:
            self._jobs += 1
            dropped = [key for key in self._policy.at_start(self._held, keys) if not self._is_in_use(self._held[key])]
        for key in dropped:
            self.discard(key)

    def _is_in_use(self, held: _Held) -> bool:
        """Whether the last job used this inner result."""
        return held.inner is not None and held.inner >= self._jobs - 1

    def get(self, key: bytes) -> CachedOutput | None:
        """The entry under ``key``, now the most recently used, or None."""
        with self._lock:
            # Re-insertion keeps the dict in order of use.
            held = self._held.pop(key, None)
            if held is None:
                return None
            self._held[key] = held
            if self._worth is not None:
                self._worth.use(key)
            if held.inner is not None:
                held.inner = self._jobs
        if self._account is not None:
            self._account.touch(key)
        return held.entry

    def put(self, key: bytes, entry: CachedOutput, seconds: float = 0.0, *, inner: bool = False) -> None:
        """Keep ``entry``, which took ``seconds`` to make, dropping others as the policy says."""
        if not self._policy.enabled:
            return
        size = size_of(entry.values) if entry.values else 64
        if self._policy.budget_bytes is not None and size > self._policy.budget_bytes:
            return
        if key in self._held:
            self.discard(key)
        with self._lock:
            self._held[key] = _Held(entry, size, self._jobs if inner else None)
            self._total += size
            if self._worth is not None:
                self._worth.enter(key, size, seconds)
            victims = self._victims()
        if self._account is not None:
            # The account may ask for room in turn, so it is told without the lock.
            self._account.hold(key, size, seconds)
        for victim in victims:
            self.discard(victim)

    def _victims(self) -> Sequence[bytes]:
        most, budget = self._policy.most, self._policy.budget_bytes
        excess = len(self._held) - (len(self._held) if most is None else most)
        if excess <= 0 and (budget is None or self._total <= budget):
            return ()
        victims = dict.fromkeys(itertools.islice(self._held, max(excess, 0)))
        if budget is not None and self._worth is not None:
            total = self._total - sum(self._held[key].size for key in victims)
            while total > budget and (key := self._worth.least(self._held)) is not None:
                if key not in victims:
                    victims[key] = None
                    total -= self._held[key].size
        return tuple(victims)

    def discard(self, key: bytes) -> None:
        """Let go of ``key`` if it is held."""
        with self._lock:
            held = self._held.pop(key, None)
            if held is None:
                return
            self._total -= held.size
            if self._worth is not None:
                self._worth.forget(key)
        if self._account is not None:
            self._account.drop(key)

    def clear(self) -> None:
        """Let go of everything."""
        for key in list(self._held):
            self.discard(key)
