"""Messages between server and worker: a four-byte length, then msgpack. Never pickle."""

import asyncio
import socket
import struct
import threading
from collections.abc import Mapping
from typing import Any

import msgpack

PROTOCOL = 1
"""Raised when a message changes its meaning; both ends must agree."""

FRAME_LIMIT = 64 << 20
"""The largest message, in bytes."""

_LENGTH = struct.Struct(">I")

Message = Mapping[str, Any]


class WireError(Exception):
    """A message that cannot be sent or was not understood."""


def pack(message: Message) -> bytes:
    """A message as a frame. What msgpack does not know (an integer beyond 64 bits, say) travels as its text.

    Raises WireError for a message that is too large or holds itself.
    """
    try:
        body: bytes = msgpack.packb(message, default=str, unicode_errors="surrogatepass")  # pyright: ignore[reportAssignmentType]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise WireError(f"it cannot be packed: {error}") from error
    if len(body) > FRAME_LIMIT:
        raise WireError(f"it has {len(body)} bytes; the limit is {FRAME_LIMIT}")
    return _LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> dict[str, Any]:
    """The inverse of :func:`pack`, without the length. Raises WireError."""
    try:
        message = msgpack.unpackb(body, strict_map_key=False, unicode_errors="surrogatepass")
    except (ValueError, msgpack.exceptions.UnpackException) as error:
        raise WireError(f"a message cannot be read: {error}") from error
    if not isinstance(message, dict):
        raise WireError("a message is not a map")
    return message  # pyright: ignore[reportUnknownVariableType]


def _body_length(prefix: bytes) -> int:
    (length,) = _LENGTH.unpack(prefix)
    if length > FRAME_LIMIT:
        raise WireError(f"a message claims {length} bytes; the limit is {FRAME_LIMIT}")
    return length


class BlockingChannel:
    """One end of a channel, for threads: any may send, one receives."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        """Send a message; waits while the other end is behind. Raises WireError, OSError."""
        frame = pack(message)
        with self._sending:
            self._socket.sendall(frame)

    def receive(self) -> dict[str, Any] | None:
        """The next message; None when the other end is gone. Raises WireError."""
        prefix = self._exactly(_LENGTH.size)
        if prefix is None:
            return None
        body = self._exactly(_body_length(prefix))
        return None if body is None else unpack(body)

    def _exactly(self, count: int) -> bytes | None:
        received = bytearray()
        while len(received) < count:
            try:
                part = self._socket.recv(min(count - len(received), 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            received += part
        return bytes(received)


async def read_message(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next message of an asyncio stream; None when the other end is gone. Raises WireError."""
    try:
        length = _body_length(await reader.readexactly(_LENGTH.size))
        return unpack(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, OSError):
        return None
