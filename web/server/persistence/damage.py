"""Is this file a sound database of ours? And where does a broken one go?"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from web.server.persistence.failures import DatabaseRefused

APPLICATION_ID = 0x4E4C4F4D
"""``NLOM``: tells our database from any other, and an empty one that lost everything from a new one."""


def find_damage(path: Path, *, thorough: bool, expected: bool = False) -> str | None:
    """What is wrong with the database at ``path``, or None.

    ``thorough`` reads every page; ``expected`` says that there must be one. Raises :class:`DatabaseRefused` for a
    locked file, which is not damage.
    """
    if not path.exists():
        return "the database file is missing" if expected else None
    if path.stat().st_size == 0:
        return "the file is empty" if expected else None
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection:
            identity = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if identity != APPLICATION_ID and (expected or tables):
                return "it is not a database of this program"
            if thorough:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                return None if verdict == "ok" else str(verdict).splitlines()[0]
    except sqlite3.OperationalError as failure:
        if "locked" in str(failure):
            raise DatabaseRefused(f"Another program holds the database {path}; close it and start again.") from failure
        return str(failure)
    except sqlite3.DatabaseError as failure:
        return str(failure)
    return None


def move_aside(path: Path) -> Path | None:
    """Rename a broken database, its log files first; answers its new name, None if there was no file."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = Path(f"{os.fspath(path)}.corrupt-{stamp}")
    for suffix in ("-wal", "-shm", "-journal", ""):
        part = Path(os.fspath(path) + suffix)
        if part.exists():
            part.rename(Path(os.fspath(target) + suffix))
    return target if target.exists() else None
