"""The schema's versions. Alembic is imported only when there is something to migrate."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from web.server.persistence.failures import DatabaseRefused
from web.server.persistence.picture_words import make_word_index
from web.server.persistence.tables import metadata

HEAD = "0003"
"""The newest revision under ``migrations/versions``; a test holds the two together."""
KNOWN = frozenset({"0001", "0002", "0003"})
MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The revision of the database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def bring_up_to_date(connection: Connection) -> None:
    """Make or migrate the tables within the caller's transaction.

    Raises :class:`DatabaseRefused` for a newer schema.
    """
    revision = revision_of(connection)
    if revision == HEAD:
        return
    if revision is None:
        # A fresh database is made in one go; that migrations lead to the same tables is tested.
        metadata.create_all(connection)
        make_word_index(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        return
    if revision not in KNOWN:
        raise DatabaseRefused(
            f"The database was written by a newer version (schema {revision}; this version knows {HEAD}). "
            "Update, or choose another --data-dir. Nothing was changed."
        )
    migrate(connection, HEAD)


def migrate(connection: Connection, target: str) -> None:
    """Run Alembic up to ``target`` on this connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
