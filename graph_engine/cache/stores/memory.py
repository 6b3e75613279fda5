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


@dataclass(frozen=True)
class CachedOutput:
    """What a node made: its values, and what it showed."""

    values: tuple[Any, ...]
    ui: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])


class MemoryStore:
    """Outputs by content key, least recently used first, within a policy. Any thread may call.

    Results of nodes that an expansion made are ``inner``: no job knows their keys beforehand, so where only the
    current job's results are kept, they stay as long as each job uses them.
    """

    def __init__(self, policy: CachePolicy, account: Account | None = None) -> None:
        self._policy = policy
        self._account = account
        self._lock = threading.RLock()
        self._entries: dict[bytes, CachedOutput] = {}
        self._sizes: dict[bytes, int] = {}
        self._total = 0
        self._worth = Worth() if policy.budget_bytes is not None else None
        self._inner: dict[bytes, int] = {}
        self._jobs = 0

    @property
    def total_bytes(self) -> int:
        """Bytes held now."""
        return self._total

    def __len__(self) -> int:
        return len(self._entries)

    def begin_job(self, keys: Collection[bytes]) -> None:
        """Let go of what the policy does not carry into a job with these keys."""
        with self._lock:
            self._jobs += 1
            dropped = [
                key for key in self._policy.at_start(self._entries, keys) if self._inner.get(key, -1) < self._jobs - 1
            ]
        for key in dropped:
            self.discard(key)

    def get(self, key: bytes) -> CachedOutput | None:
        """The entry under ``key``, now the most recently used, or None."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            # Re-insertion keeps the dict in order of use.
            del self._entries[key]
            self._entries[key] = entry
            if self._worth is not None:
                self._worth.use(key)
            if key in self._inner:
                self._inner[key] = self._jobs
        if self._account is not None:
            self._account.touch(key)
        return entry

    def put(self, key: bytes, entry: CachedOutput, seconds: float = 0.0, *, inner: bool = False) -> None:
        """Keep ``entry``, which took ``seconds`` to make, dropping others as the policy says."""
        if not self._policy.enabled:
            return
        size = size_of(entry.values) if entry.values else 64
        if self._policy.budget_bytes is not None and size > self._policy.budget_bytes:
            return
        self.discard(key)
        with self._lock:
            self._entries[key] = entry
            self._sizes[key] = size
            self._total += size
            if inner:
                self._inner[key] = self._jobs
            if self._worth is not None:
                self._worth.enter(key, size, seconds)
            victims = self._victims()
        if self._account is not None:
            # The account may ask for room in turn, so it is told without the lock.
            self._account.hold(key, size, seconds)
        for victim in victims:
            self.discard(victim)

    def _victims(self) -> list[bytes]:
        victims: list[bytes] = []
        most, budget = self._policy.most, self._policy.budget_bytes
        if most is not None and len(self._entries) > most:
            victims += itertools.islice(self._entries, len(self._entries) - most)
        if budget is not None and self._worth is not None:
            total = self._total - sum(self._sizes[key] for key in victims)
            while total > budget and (key := self._worth.least(self._entries)) is not None:
                if key not in victims:
                    victims.append(key)
                    total -= self._sizes[key]
        return victims

    def discard(self, key: bytes) -> None:
        """Let go of ``key`` if it is held."""
        with self._lock:
            if self._entries.pop(key, None) is None:
                return
            self._total -= self._sizes.pop(key)
            self._inner.pop(key, None)
            if self._worth is not None:
                self._worth.forget(key)
        if self._account is not None:
            self._account.drop(key)

    def clear(self) -> None:
        """Let go of everything."""
        for key in list(self._entries):
            self.discard(key)
