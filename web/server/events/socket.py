"""Our event socket: hello, what was missed, then news; a client that stops reading is let go."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from web.server.events.subscription import Batch, Subscription
from web.server.refusals import refuse
from web.server.services import Services
from web.server.version import VERSION

RECEIVE_LIMIT = 64 * 1024
HEARTBEAT_SECONDS = 20.0
BUSY_BYTES = 64 * 1024
"""With more than this still unsent a client gets no previews: they would be stale when they arrive."""


async def serve_events(
    request: web.Request, services: Services, after: int | None, preview_seconds: float | None
) -> web.StreamResponse:
    """Serve one watcher until it goes."""
    await services.database.ready()
    socket = await open_socket(request, services)
    with_news = services.hub.subscribe(late=True, preview_seconds=preview_seconds)
    upto = services.hub.seq
    hello = {"type": "hello", "seq": upto, "version": VERSION, "worker": worker_json(services)}

    async def send() -> None:
        await socket.send_str(json.dumps(hello))
        if after is not None:
            async for record in services.hub.replay(after, upto):
                await socket.send_str(record.text)
        await _pump(request, socket, with_news, services.settings.limits.stuck_seconds)

    await run_socket(socket, with_news, send, None)
    return socket


async def open_socket(request: web.Request, services: Services) -> web.WebSocketResponse:
    """Upgrade the connection, within the limits. Raises a refusal when there are too many watchers."""
    if services.hub.watchers >= services.settings.limits.sockets:
        raise refuse(429, "events.too_many", "Too many pages are watching.", "Close some of them.")
    socket = web.WebSocketResponse(max_msg_size=RECEIVE_LIMIT, heartbeat=HEARTBEAT_SECONDS, compress=False)
    await socket.prepare(request)
    return socket


async def run_socket(
    socket: web.WebSocketResponse, subscription: Subscription, send: Any, received: Any | None
) -> None:
    """Send until either side ends; hand what the client says to ``received`` (None: ignore it)."""
    sending = asyncio.create_task(send())
    reading = asyncio.create_task(_read(socket, received))
    try:
        await asyncio.wait({sending, reading}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        subscription.close()
        for task in (sending, reading):
            task.cancel()
        ended = await asyncio.gather(sending, reading, return_exceptions=True)
    if not socket.closed:
        overflowed = subscription.overflowed or any(isinstance(item, TimeoutError) for item in ended)
        code, words = (WSCloseCode.TRY_AGAIN_LATER, b"too slow") if overflowed else (WSCloseCode.GOING_AWAY, b"bye")
        try:
            async with asyncio.timeout(2):
                await socket.close(code=code, message=words)
        except TimeoutError:
            pass
    for item in ended:
        if isinstance(item, Exception) and not isinstance(item, (ConnectionError, TimeoutError)):
            raise item


async def _read(socket: web.WebSocketResponse, received: Any | None) -> None:
    """Reading answers pings and notices the end."""
    async for message in socket:
        if received is not None and message.type is WSMsgType.TEXT:
            await received(message.data)


async def _pump(
    request: web.Request, socket: web.WebSocketResponse, subscription: Subscription, stuck_seconds: float
) -> None:
    while (batch := await subscription.next()) is not None:
        async with asyncio.timeout(stuck_seconds):
            await _send(request, socket, batch)


async def _send(request: web.Request, socket: web.WebSocketResponse, batch: Batch) -> None:
    for record in batch.records:
        await socket.send_str(record.text)
    for preview in batch.previews:
        if has_room(request):
            await socket.send_bytes(preview.frame)


def has_room(request: web.Request) -> bool:
    """Whether the client has taken in what it was sent."""
    transport = request.transport
    return transport is not None and transport.get_write_buffer_size() < BUSY_BYTES


def worker_json(services: Services) -> dict[str, Any]:
    """The worker's state as plain values."""
    status = asdict(services.executor.status())
    status["versions"] = dict(status["versions"])
    problem = services.executor.status().problem
    status["problem"] = problem.to_json() if problem else None
    return status
