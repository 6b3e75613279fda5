"""Connections that open and then say nothing are closed: aiohttp itself waits for headers without end."""

import asyncio
from collections.abc import Callable

from aiohttp import web


class ConnectionWatch:
    """Counts connections and gives each a time to send its first headers."""

    def __init__(self, limit: int, header_seconds: float) -> None:
        self._limit = limit
        self._seconds = header_seconds
        self._open: dict[asyncio.BaseTransport, asyncio.TimerHandle | None] = {}

    def factory(self, inner: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """A protocol factory that watches the protocols of ``inner``."""
        return lambda: _Watched(self, inner())

    def opened(self, transport: asyncio.BaseTransport) -> bool:
        """A connection opened; False when it is one too many."""
        if len(self._open) >= self._limit:
            return False
        loop = asyncio.get_running_loop()
        self._open[transport] = loop.call_later(self._seconds, transport.close)
        return True

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """A connection ended."""
        self._stop_clock(self._open.pop(transport, None))

    def headers_arrived(self, request: web.Request) -> None:
        """The first request of a connection is complete; keep-alive has its own clock from here on."""
        transport = request.transport
        if transport is not None and transport in self._open:
            self._stop_clock(self._open[transport])
            self._open[transport] = None

    def _stop_clock(self, clock: asyncio.TimerHandle | None) -> None:
        if clock is not None:
            clock.cancel()


class _Watched(asyncio.Protocol):
    """Passes everything on to the protocol inside."""

    def __init__(self, watch: ConnectionWatch, inner: asyncio.Protocol) -> None:
        self._watch = watch
        self._inner = inner
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._watch.opened(transport):
            transport.close()
            return
        self._transport = transport
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._watch.closed(self._transport)
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._transport is not None else None

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
