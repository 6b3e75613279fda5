"""Which texts may name a file, decided without touching the disk.

The rules are those of every platform at once, so that a name that is fine here is fine on a colleague's machine:
no traversal, no drive, no UNC host (asking for one leaks Windows credentials), no alternate data stream, no device.
"""

import re
import unicodedata

LONGEST_PART = 200
LONGEST_NAME = 1000

_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class NameRefused(ValueError):  # noqa: N818 - turned into a problem at once
    """A text that cannot name a file. Its message says why, as the end of a sentence."""


def parts_of(name: object) -> tuple[str, ...]:
    """The path parts that ``name`` states, in NFC, with ``\\`` read as ``/``. Raises NameRefused."""
    if not isinstance(name, str):
        raise NameRefused("it is not a text")
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    if not text:
        raise NameRefused("it is empty")
    _refuse_characters(text)
    if text.startswith("/"):
        raise NameRefused("it starts at the root of a disk or names another computer")
    if ":" in text:
        raise NameRefused("it contains a colon")
    if len(text.encode()) > LONGEST_NAME:
        raise NameRefused("it is too long")
    parts = tuple(text.split("/"))
    for part in parts:
        _refuse_part(part)
    return parts


def same_file_key(name: str) -> str:
    """Two names with one key are one file on some file system."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def _refuse_characters(text: str) -> None:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise NameRefused("it contains a control character")
        if character in _DIRECTION_MARKS:
            raise NameRefused("it contains an invisible direction mark")


def _refuse_part(part: str) -> None:
    if part in ("", "."):
        raise NameRefused("a folder name in it is empty")
    if part == "..":
        raise NameRefused("it leads out of the folder")
    if part[-1] in ". ":
        raise NameRefused("a part of it ends in a dot or a space")
    if len(part.encode()) > LONGEST_PART:
        raise NameRefused("a part of it is too long")
    if _DEVICES.fullmatch(part.split(".")[0].rstrip(" ")):
        raise NameRefused("it is the name of a device on Windows")
