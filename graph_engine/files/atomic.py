"""Writing a file so that readers, crashes and full disks see all of it or none of it."""

import contextlib
import os
import tempfile
import time
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"
_ATTEMPTS = 10


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace ``path`` by ``data`` as a whole, on disk when this returns. The folder must exist. Raises OSError.

    ``durable=False`` leaves the moment of writing to the system: for files that the next start deletes anyway.
    """
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        _sync_folder(path.parent)


def sweep_temporaries(folder: Path, older_than_seconds: float = 3600) -> int:
    """Remove what a crash left half-written below ``folder``; gives how many. Raises nothing."""
    limit = time.time() - older_than_seconds
    removed = 0
    for path in folder.rglob(TEMPORARY_PREFIX + "*"):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < limit:
                path.unlink()
                removed += 1
    return removed


def _replace(source: Path, target: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
            return
        except PermissionError:
            # On Windows a virus scanner may hold the file for a moment.
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.05 * (attempt + 1))


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
