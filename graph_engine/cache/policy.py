"""Which cached outputs to keep. Pure: reads keys and sizes, answers with keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """``only_current`` keeps what the job at hand uses and nothing else; ``budget_bytes`` drops the least recently
    used beyond it; both may be set. ``enabled`` False keeps nothing.
    """

    only_current: bool = False
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

    def when_grown(self, sizes: Mapping[bytes, int], total: int) -> list[bytes]:
        """What to drop of ``sizes`` (bytes by key, least recently used first) that add up to ``total``."""
        victims: list[bytes] = []
        if self.budget_bytes is None or total <= self.budget_bytes:
            return victims
        for key, size in sizes.items():
            if total <= self.budget_bytes:
                break
            victims.append(key)
            total -= size
        return victims


KEEP_CURRENT = CachePolicy(only_current=True)
KEEP_NOTHING = CachePolicy(enabled=False)
