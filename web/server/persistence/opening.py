"""Opening the database of a data folder: settings, damage, schema, backups and the ballast."""

import contextlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from web.server.persistence.ballast import Ballast
from web.server.persistence.damage import APPLICATION_ID, find_damage, move_aside
from web.server.persistence.failures import DatabaseRefused
from web.server.persistence.schema import HEAD, bring_up_to_date, revision_of
from web.server.persistence.server_database import first_line, is_away, own, server_engine

log = logging.getLogger(__name__)

PRAGMAS = (
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "journal_size_limit=67108864",
)
DISK_FULL = "53100"
"""PostgreSQL's code."""
BACKUPS_KEPT = 3
BACKUP_SECONDS = 86_400.0


@dataclass
class OpenDatabase:
    """An open database with what is needed to keep it well."""

    engine: Engine
    path: Path | None
    ballast: Ballast | None
    notice: str = ""
    _connection: Connection | None = field(default=None, repr=False)

    @contextlib.contextmanager
    def transaction(self, *, writes: bool) -> Generator[Connection]:
        """A transaction on the one connection; BEGIN IMMEDIATE for writes."""
        if self._connection is None:
            self._connection = self.engine.connect()
            if self.path is None:
                with self._connection.begin():
                    own(self._connection)
        connection = self._connection.execution_options(noiseloom_writes=writes)
        with connection.begin():
            yield connection

    def is_away(self, failure: BaseException) -> bool:
        """Whether a database server cannot be reached; the next transaction connects anew."""
        if self.path is not None or not is_away(failure):
            return False
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None
        return True

    def is_full(self, failure: BaseException) -> bool:
        """Whether this failure means that the disk is full."""
        original = failure.orig if isinstance(failure, DBAPIError) else failure
        if self.path is None:
            return getattr(original, "sqlstate", None) == DISK_FULL
        code = getattr(original, "sqlite_errorcode", 0)
        return code == sqlite3.SQLITE_FULL or (code & 0xFF) == sqlite3.SQLITE_IOERR

    def drop_ballast(self) -> bool:
        """Give the disk its reserve back. True if that freed anything."""
        return self.ballast is not None and self.ballast.drop()

    def full_sentence(self) -> str:
        """What to tell a person when the disk is full."""
        where = self.path.parent if self.path else "the database's disk"
        return f"The disk is full: free at least 32 MB on {where}, then try again. Nothing was lost."

    def tidy(self) -> None:
        """When idle: shorten the log, refill the ballast, back up once a day."""
        if self.path is None:
            return
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=1)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if self.ballast:
                self.ballast.fill()
            if backup_due(self.path):
                back_up(self.path)
        except (sqlite3.Error, OSError) as failure:
            log.warning("Database upkeep was put off: %s", failure)

    def close(self) -> None:
        """Close and note the clean stop."""
        if self._connection is not None:
            self._connection.close()
        self.engine.dispose()
        if self.path is not None:
            _unclean(self.path).unlink(missing_ok=True)


def open_database(folder: Path, url: str | None = None) -> OpenDatabase:
    """Open (or make) the database. Raises :class:`DatabaseRefused` when it must not be touched."""
    if url is not None:
        return _open_server(url)
    path = folder / "noiseloom.db"
    notice = _make_sound(path)
    engine = _sqlite_engine(path)
    try:
        with engine.connect() as connection:
            known = revision_of(connection)
            connection.rollback()
        if known is not None and known != HEAD:
            back_up(path)
        with engine.connect().execution_options(noiseloom_writes=True) as connection, connection.begin():
            bring_up_to_date(connection)
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    except DBAPIError as failure:
        engine.dispose()
        raise DatabaseRefused(f"The database {path} could not be opened: {failure.orig}.") from failure
    path.chmod(0o600)
    (folder / "initialised").touch()
    _unclean(path).touch()
    ballast = Ballast(folder / "ballast")
    ballast.fill()
    return OpenDatabase(engine, path, ballast, notice)


def _open_server(url: str) -> OpenDatabase:
    engine = server_engine(url)
    opened = OpenDatabase(engine, None, None)
    try:
        with opened.transaction(writes=True) as connection:
            bring_up_to_date(connection)
    except DBAPIError as failure:
        engine.dispose()
        shown = engine.url.render_as_string(hide_password=True)
        raise DatabaseRefused(f"The database {shown} cannot be used: {first_line(failure)}.") from failure
    return opened


def back_up(path: Path) -> Path:
    """Copy the database beside itself, check the copy, and keep the newest three. Raises OSError or sqlite3.Error."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"noiseloom-{time.strftime('%Y%m%d-%H%M%S')}.db"
    target.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    if (damage := find_damage(target, thorough=True)) is not None:
        target.unlink()
        raise OSError(f"the backup was not sound: {damage}")
    for old in sorted(folder.glob("noiseloom-*.db"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target


def backup_due(path: Path) -> bool:
    """Whether the newest backup is older than a day."""
    newest = max((item.stat().st_mtime for item in (path.parent / "backups").glob("*.db")), default=0.0)
    return time.time() - newest > BACKUP_SECONDS


def _make_sound(path: Path) -> str:
    """Move a damaged database aside and put the newest sound backup in its place; answers what to tell."""
    expected = (path.parent / "initialised").exists()
    damage = find_damage(path, thorough=_unclean(path).exists(), expected=expected)
    if damage is None:
        return ""
    aside = move_aside(path)
    said = f"The database was damaged ({damage}) and is kept as {aside.name}." if aside else f"{damage}."
    for backup in sorted((path.parent / "backups").glob("noiseloom-*.db"), reverse=True):
        if find_damage(backup, thorough=True) is None:
            shutil.copyfile(backup, path)
            said = f"{said} The backup {backup.name} took its place."
            break
    else:
        said = f"{said} A new, empty one took its place."
    log.error("%s", said)
    return said


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions of its own: BEGIN is ours (IMMEDIATE for writes).
        connection.isolation_level = None
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise DatabaseRefused(
                f"SQLite cannot keep its write-ahead log in {path.parent} (it answered '{mode}'; network folders "
                "cannot hold one). Choose a local --data-dir."
            )
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("noiseloom_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begin)
    return engine


def _unclean(path: Path) -> Path:
    """A file that is there while the database is open: found at a start, the last stop was not clean."""
    return Path(os.fspath(path) + ".open")
