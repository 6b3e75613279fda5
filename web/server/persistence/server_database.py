"""A database server (PostgreSQL) in place of the file: its engine, one owner at a time, and connections that break."""

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from web.server.persistence.damage import APPLICATION_ID
from web.server.persistence.failures import DatabaseRefused

LOCK = text("SELECT pg_try_advisory_lock(:key)")


def server_engine(url: str) -> Engine:
    """An engine for ``--database-url``. Raises :class:`DatabaseRefused`."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith("postgresql+"):
        raise DatabaseRefused("--database-url must be an address of PostgreSQL: postgresql://user@host/database.")
    try:
        return create_engine(url, pool_size=1, max_overflow=0)
    except ModuleNotFoundError as missing:
        raise DatabaseRefused(
            f"The PostgreSQL driver is not installed ({missing.name}): pip install 'psycopg[binary]'."
        ) from missing
    except (ArgumentError, NoSuchModuleError, ValueError) as failure:
        raise DatabaseRefused(f"--database-url cannot be read: {failure}.") from failure


def own(connection: Connection) -> None:
    """Make this connection the database's one owner, until it ends. Raises :class:`DatabaseRefused`."""
    if not connection.execute(LOCK, {"key": APPLICATION_ID}).scalar():
        raise DatabaseRefused("Another server uses this database; stop it, or choose another --database-url.")


def is_away(failure: BaseException) -> bool:
    """Whether this failure means that the server cannot be reached, or went while we spoke to it."""
    return isinstance(failure, DBAPIError) and (failure.connection_invalidated or isinstance(failure, OperationalError))


def first_line(failure: DBAPIError) -> str:
    """What the driver says, in one line."""
    return str(failure.orig).strip().splitlines()[0] if str(failure.orig).strip() else type(failure.orig).__name__
