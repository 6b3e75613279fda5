"""The words of pictures, and how they are found: SQLite's full-text index (FTS5), a narrow table on other databases.

Chinese, Japanese and Korean are written without spaces; each of their characters counts as a word, so that any part of
a sentence is found.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, column, or_, select, table, text

from web.server.gallery.record import NewPictureRecord
from web.server.gallery.search import PictureSearch

INDEX = table(
    "picture_words",
    column("rowid", BigInteger),
    column("id", BigInteger),
    column("words", Text),
    column("model", Text),
    column("sampler", Text),
)
COLUMNS = ("words", "model", "sampler")
LENGTH = 8000
_WIDE = re.compile("([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])")
_LETTER = re.compile(r"\w")
FULL_TEXT = (
    "CREATE VIRTUAL TABLE picture_words USING "
    "fts5(words, model, sampler, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
)
PLAIN = (
    "CREATE TABLE picture_words (id BIGINT NOT NULL PRIMARY KEY, words TEXT NOT NULL, model TEXT NOT NULL, "
    "sampler TEXT NOT NULL)"
)


def make_word_index(connection: Connection) -> None:
    """Create the index."""
    connection.execute(text(FULL_TEXT if is_sqlite(connection) else PLAIN))


def is_sqlite(connection: Connection) -> bool:
    """Whether this is SQLite, whose index answers MATCH."""
    return connection.dialect.name == "sqlite"


def index_words(connection: Connection, records: Iterable[tuple[int, NewPictureRecord]]) -> None:
    """Make pictures findable; what was known of them is replaced."""
    rows: list[dict[str, Any]] = [
        {
            "id": number,
            "words": _spread("\n".join((item.facts.prompt, item.facts.negative, item.title, item.path))),
            "model": _spread(item.facts.model),
            "sampler": _spread(item.facts.sampler),
        }
        for number, item in records
    ]
    if not rows:
        return
    key = "rowid" if is_sqlite(connection) else "id"
    forget_words(connection, [row["id"] for row in rows])
    insert = f"INSERT INTO picture_words ({key}, words, model, sampler) VALUES (:id, :words, :model, :sampler)"
    connection.execute(text(insert), rows)


def forget_words(connection: Connection, ids: Sequence[int]) -> None:
    """Take pictures out of the index."""
    key = "rowid" if is_sqlite(connection) else "id"
    if ids:
        connection.execute(text(f"DELETE FROM picture_words WHERE {key} = :id"), [{"id": number} for number in ids])


def number_column(connection: Connection) -> ColumnElement[int]:
    """The column that holds a picture's id."""
    return INDEX.c.rowid if is_sqlite(connection) else INDEX.c.id


def matching(connection: Connection, search: PictureSearch) -> list[ColumnElement[bool]]:
    """Conditions on the index for what a search says of words; empty when it says nothing."""
    wanted = [("", word) for word in search.words]
    wanted += [("model", word) for word in search.models] + [("sampler", word) for word in search.samplers]
    wanted = [(name, word) for name, word in wanted if _LETTER.search(word)]
    if not wanted:
        return []
    if is_sqlite(connection):
        terms = " AND ".join(f"{name} : {_phrase(word)}" if name else _phrase(word) for name, word in wanted)
        return [text("picture_words MATCH :terms").bindparams(terms=terms)]  # pyright: ignore[reportReturnType]
    return [_holds(name, word) for name, word in wanted]


def unwanted(connection: Connection, search: PictureSearch) -> Any:
    """A selection of the ids that hold a word that must not be there; None when every word may."""
    words = [word for word in search.without if _LETTER.search(word)]
    if not words:
        return None
    if is_sqlite(connection):
        terms = " OR ".join(_phrase(word) for word in words)
        found = text("picture_words MATCH :unwanted").bindparams(unwanted=terms)
        return select(INDEX.c.rowid).where(found)
    return select(INDEX.c.id).where(or_(*(_holds("", word) for word in words)))


def _holds(name: str, word: str) -> ColumnElement[bool]:
    part = _spread(word).strip()
    if name:
        return INDEX.c[name].contains(part, autoescape=True)
    return (INDEX.c.words + "\n" + INDEX.c.model + "\n" + INDEX.c.sampler).contains(part, autoescape=True)


def _phrase(word: str) -> str:
    """One word of a search as FTS5 reads it: its parts in order, the last may go on."""
    return '"' + _spread(word).replace('"', " ").strip() + '" *'


def _spread(value: str) -> str:
    return re.sub(r"[ \t]+", " ", _WIDE.sub(r" \1 ", value.replace("\0", " ").lower()[:LENGTH]))
