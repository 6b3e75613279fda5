"""Outputs of earlier nodes, held in this process."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graph_engine.cache.policy import CachePolicy
from graph_engine.cache.size import size_of


class Account(Protocol):
    """Is told what the store holds, so that one ledger knows of everything on a device."""

    def hold(self, key: bytes, size: int, seconds: float = 0.0) -> None:
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
    """Outputs by content key, least recently used first, within a policy. For one thread."""

    def __init__(self, policy: CachePolicy, account: Account | None = None) -> None:
        self._policy = policy
        self._account = account
        self._entries: dict[bytes, CachedOutput] = {}
        self._sizes: dict[bytes, int] = {}
        self._total = 0

    @property
    def total_bytes(self) -> int:
        """Bytes held now."""
        return self._total

    def __len__(self) -> int:
        return len(self._entries)

    def begin_job(self, keys: Collection[bytes]) -> None:
        """Let go of what the policy does not carry into a job with these keys."""
        for key in self._policy.at_start(self._entries, keys):
            self.discard(key)

    def get(self, key: bytes) -> CachedOutput | None:
        """The entry under ``key``, now the most recently used, or None."""
        entry = self._entries.get(key)
        if entry is not None:
            # Re-insertion keeps the dict in order of use.
            del self._entries[key]
            self._entries[key] = entry
            self._sizes[key] = self._sizes.pop(key)
            if self._account is not None:
                self._account.touch(key)
        return entry

    def put(self, key: bytes, entry: CachedOutput, seconds: float = 0.0) -> None:
        """Keep ``entry``, dropping others as the policy says."""
        if not self._policy.enabled:
            return
        self.discard(key)
        size = size_of(entry.values) if entry.values else 64
        self._entries[key] = entry
        self._sizes[key] = size
        self._total += size
        if self._account is not None:
            self._account.hold(key, size, seconds)
        for victim in self._policy.when_grown(self._sizes, self._total):
            self.discard(victim)

    def discard(self, key: bytes) -> None:
        """Let go of ``key`` if it is held."""
        if self._entries.pop(key, None) is None:
            return
        self._total -= self._sizes.pop(key)
        if self._account is not None:
            self._account.drop(key)

    def clear(self) -> None:
        """Let go of everything."""
        for key in list(self._entries):
            self.discard(key)
