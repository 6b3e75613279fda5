"""The token that any address but loopback demands, the sessions of pages that showed it, and guesses counted."""

import hashlib
import hmac
import os
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

GUESSES = 10
WINDOW_SECONDS = 60.0
PEERS = 10_000


@dataclass
class TokenKeeper:
    """Knows the token's digest, never the token. Sessions live as long as the process and the token."""

    digest: bytes
    _sessions: set[str] = field(default_factory=set[str])
    _misses: dict[str, deque[float]] = field(default_factory=dict[str, deque[float]])

    def accepts(self, token: str) -> bool:
        """Whether this is the token; takes the same time for any answer."""
        return hmac.compare_digest(digest_of(token), self.digest)

    def new_session(self) -> str:
        """A session for a page that showed the token."""
        session = secrets.token_urlsafe(32)
        self._sessions.add(session)
        return session

    def knows_session(self, session: str) -> bool:
        """Whether a cookie's value is a session of ours."""
        return session in self._sessions

    def too_many_misses(self, peer: str) -> bool:
        """Whether this peer guessed wrong ten times within a minute."""
        misses = self._misses.get(peer)
        while misses and misses[0] < time.monotonic() - WINDOW_SECONDS:
            misses.popleft()
        return misses is not None and len(misses) >= GUESSES

    def note_miss(self, peer: str) -> None:
        """This peer showed a wrong token."""
        if len(self._misses) > PEERS:
            self._misses.clear()
        self._misses.setdefault(peer, deque()).append(time.monotonic())


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def load_or_make_token(folder: Path, given: str | None) -> tuple[TokenKeeper, str | None]:
    """The keeper, and a new token to be shown once (None when it was given or made before)."""
    path = folder / "token.sha256"
    if given is not None:
        return TokenKeeper(digest_of(given)), None
    if path.exists():
        return TokenKeeper(bytes.fromhex(path.read_text().strip())), None
    token = secrets.token_urlsafe(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(digest_of(token).hex())
    return TokenKeeper(digest_of(token)), token
