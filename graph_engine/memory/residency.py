"""How much of a network stays on the device while it is leased. Pure arithmetic; the backend acts on it."""

from dataclasses import dataclass
from typing import Literal

Residency = Literal["full", "partial", "streamed"]

PARTIAL_SHARE = 0.5
"""The most of a network that stays when only part of it may."""
_LEAST_SHARE = 0.1
"""Less than this is not worth the name: the network is streamed."""


@dataclass(frozen=True)
class Footprint:
    """A network's bytes on its device: ``full``; ``pinned``, which always stay; ``buffer``, what streaming needs."""

    full: int
    pinned: int
    buffer: int


@dataclass(frozen=True)
class Placement:
    """What a lease gets.

    ``resident`` bytes of weights stay; ``buffer`` bytes serve the others in turn; ``working`` bytes are left to the
    calls. ``tight``: working bytes are the least the lease asked for, so its node should take things one at a time.
    """

    residency: Residency
    resident: int
    buffer: int
    working: int
    tight: bool = False

    @property
    def need(self) -> int:
        """Bytes in all."""
        return self.resident + self.buffer + self.working


def choose_placement(
    footprint: Footprint, *, working: int, least: int, available: int, most: Residency = "full"
) -> Placement | None:
    """The best placement of at most ``most`` that fits into ``available`` bytes; None when none does.

    Whole before in part, for weights that must be read at every step cost the most; at either, ``working`` bytes before
    the ``least`` ones.
    """
    wishes = ((working, False), (least, True)) if least < working else ((working, False),)
    if most == "full" or footprint.full <= footprint.pinned:
        for wish, tight in wishes:
            if footprint.full + wish <= available:
                return Placement("full", footprint.full, 0, wish, tight)
    for wish, tight in wishes:
        room = available - wish - footprint.buffer
        if room < footprint.pinned:
            continue
        resident = min(room, footprint.full)
        if most == "partial":
            resident = min(resident, max(int(footprint.full * PARTIAL_SHARE), footprint.pinned))
        if most == "streamed" or resident - footprint.pinned < footprint.full * _LEAST_SHARE:
            return Placement("streamed", footprint.pinned, footprint.buffer, wish, tight)
        return Placement("partial", resident, footprint.buffer, wish, tight)
    return None


def lesser(one: Residency, other: Residency) -> Residency:
    """Whichever leaves less of a network on the device."""
    order: tuple[Residency, ...] = ("streamed", "partial", "full")
    return order[min(order.index(one), order.index(other))]
