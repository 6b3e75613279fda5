"""How the two channels reach the worker: inherited sockets where the system passes them on, loopback elsewhere."""

import contextlib
import os
import secrets
import socket
import sys
from dataclasses import dataclass, field

_TOKEN_BYTES = 32
_TOKEN_VARIABLE = "NOISELOOM_WORKER_TOKEN"
_CONNECT_SECONDS = 30.0

CAN_INHERIT = sys.platform != "win32"


@dataclass
class OfferedChannels:
    """The server's side while a worker is being started.

    ``argument`` goes on the worker's command line, ``environment`` into its environment, ``inherited`` are the file
    descriptors to pass on. Close when the worker is running: what it was given is then its own.
    """

    argument: str
    environment: dict[str, str] = field(default_factory=dict[str, str])
    inherited: tuple[int, ...] = ()
    ours: tuple[socket.socket, ...] = ()
    theirs: tuple[socket.socket, ...] = ()
    listener: socket.socket | None = None

    def close_theirs(self) -> None:
        """Close what belongs to the worker, so that its end of a channel is the only one."""
        for sock in self.theirs:
            sock.close()

    def accept(self) -> tuple[socket.socket, socket.socket]:
        """The work and control sockets; blocks until the worker connects where it must. Raises OSError."""
        if self.listener is None:
            work, control = self.ours
            return work, control
        token = self.environment[_TOKEN_VARIABLE].encode()
        found: dict[bytes, socket.socket] = {}
        with contextlib.closing(self.listener):
            self.listener.settimeout(_CONNECT_SECONDS)
            while len(found) < 2:
                sock, _ = self.listener.accept()
                sock.settimeout(_CONNECT_SECONDS)
                greeting = _exactly(sock, len(token) + 1)
                if secrets.compare_digest(greeting[:-1], token):
                    sock.settimeout(None)
                    found[greeting[-1:]] = sock
                else:
                    sock.close()
        return found[b"w"], found[b"c"]


def offer_channels(inherit: bool = CAN_INHERIT) -> OfferedChannels:
    """Prepare two channels for a worker about to be started. Raises OSError."""
    if inherit:
        pairs = [socket.socketpair() for _ in range(2)]
        theirs = tuple(pair[1] for pair in pairs)
        numbers = tuple(sock.fileno() for sock in theirs)
        return OfferedChannels(
            argument="fd:" + ",".join(map(str, numbers)),
            inherited=numbers,
            ours=tuple(pair[0] for pair in pairs),
            theirs=theirs,
        )
    listener = socket.create_server(("127.0.0.1", 0), backlog=2)
    port = listener.getsockname()[1]
    token = secrets.token_hex(_TOKEN_BYTES)
    return OfferedChannels(argument=f"port:{port}", environment={_TOKEN_VARIABLE: token}, listener=listener)


def adopt_channels(argument: str) -> tuple[socket.socket, socket.socket]:
    """The worker's side of :func:`offer_channels`: its work and control sockets. Raises OSError, ValueError."""
    kind, _, rest = argument.partition(":")
    if kind == "fd":
        work, control = (socket.socket(fileno=int(number)) for number in rest.split(","))
        # What a node starts must not keep the channels open.
        for sock in (work, control):
            sock.set_inheritable(False)
        return work, control
    token = os.environ.pop(_TOKEN_VARIABLE).encode()
    sockets: list[socket.socket] = []
    for name in (b"w", b"c"):
        sock = socket.create_connection(("127.0.0.1", int(rest)), timeout=_CONNECT_SECONDS)
        sock.settimeout(None)
        sock.sendall(token + name)
        sockets.append(sock)
    return sockets[0], sockets[1]


def _exactly(sock: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        part = sock.recv(count - len(received))
        if not part:
            return received.ljust(count)
        received += part
    return received
