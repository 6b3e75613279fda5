"""Which addresses may be told: public ones, unless a person allowed more. Each name is resolved once and pinned."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

PORTS = {"http": 80, "https": 443}


class AddressRefused(OSError):  # noqa: N818 - reads as what it is
    """This address is not told; the message says why."""


@dataclass(frozen=True)
class AddressRules:
    """``allowed``: host names or addresses (with ``:port`` to allow only that one) that may be private; ``*`` allows
    all."""

    allowed: tuple[str, ...] = ()

    def allows(self, host: str, port: int) -> bool:
        """Whether a person allowed this host."""
        name = host.lower().strip("[]")
        return any(item in ("*", name, f"{name}:{port}") for item in self.allowed)

    def target(self, url: str) -> tuple[str, int]:
        """Host and port of a webhook's address. Raises :class:`AddressRefused`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as failure:
            raise AddressRefused(f"The webhook's address cannot be read: {failure}.") from None
        if parts.scheme not in PORTS or not host:
            raise AddressRefused("A webhook's address must begin with http:// or https:// and name a host.")
        if parts.username is not None or parts.password is not None:
            raise AddressRefused("A webhook's address must not carry a user name or password.")
        return host, port or PORTS[parts.scheme]

    def judge(self, host: str, port: int, address: str) -> None:
        """Raises :class:`AddressRefused` for an address that is not public and not allowed."""
        if self.allows(host, port):
            return
        found = ipaddress.ip_address(address.split("%")[0])
        mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
        if not found.is_global or found.is_multicast or (mapped is not None and not mapped.is_global):
            raise AddressRefused(f"The webhook's host {host} is at {address}, which is not a public address.")


class JudgedResolver(AbstractResolver):
    """Resolves a name once, refuses it if any of its addresses is refused, and hands out exactly what was judged."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of ``host``. Raises :class:`AddressRefused`, OSError."""
        return [
            ResolveResult(hostname=host, host=address, port=port, family=found, proto=0, flags=socket.AI_NUMERICHOST)
            for found, address in await addresses_of(self._rules, host, port, family)
        ]

    async def close(self) -> None:
        """Nothing to close."""


async def addresses_of(
    rules: AddressRules, host: str, port: int, family: int = socket.AF_UNSPEC
) -> Sequence[tuple[Any, str]]:
    """The addresses behind a name, each judged. Raises :class:`AddressRefused`, OSError."""
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys((info[0], str(info[4][0])) for info in infos))
    for _, address in found:
        rules.judge(host, port, address)
    return found
