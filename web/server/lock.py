"""One server a data folder: a lock that the system gives back when its holder dies."""

import json
import os
import sys
from pathlib import Path
from typing import IO


class LockHeld(Exception):  # noqa: N818 - reads as what it is
    """Another server holds the folder; the message names it."""


class DataLock:
    """A lock file with the holder's process id and address in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock at once. Raises :class:`LockHeld`."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        file = os.fdopen(descriptor, "r+", encoding="utf-8")
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            said = file.read()
            file.close()
            raise LockHeld(_sentence(self._path.parent, said)) from None
        self._file = file
        self.tell("")

    def tell(self, url: str) -> None:
        """Write who holds the lock and where it answers."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            json.dump({"pid": os.getpid(), "url": url}, self._file)
            self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _sentence(folder: Path, said: str) -> str:
    try:
        holder = json.loads(said)
        who = f" (process {holder['pid']}{', ' + holder['url'] if holder['url'] else ''})"
    except (ValueError, KeyError, TypeError):
        who = ""
    return (
        f"A server already runs on the data folder {folder}{who}. Open that one, stop it, or choose another --data-dir."
    )


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """A byte far behind the text is locked, so that others may read who holds it."""

    def _lock(file: IO[str]) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
