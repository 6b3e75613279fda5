"""Reads SentencePiece models (Kudo & Richardson 2018), the vocabularies of T5 and XLM-R, without their library.

The file is a protocol buffer (sentencepiece_model.proto): field 1, repeated, is a piece (1 text, 2 score, 3 kind),
field 3 the normaliser (2 its compiled table), field 2 the trainer's settings (3 the kind of model).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_UNIGRAM = 1
_UNKNOWN = 2


class NotSentencePiece(ValueError):  # noqa: N818 - an answer for the caller to put into words
    """The bytes are no unigram model of SentencePiece."""


@dataclass(frozen=True)
class SentencePieceModel:
    """A unigram vocabulary.

    Attributes:
        pieces: text and log-probability of each, in order of their ids.
        unknown: id of the piece for what cannot be written with the others.
        normaliser: compiled table of character replacements; may be empty.
    """

    pieces: tuple[tuple[str, float], ...]
    unknown: int
    normaliser: bytes


def _number(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise NotSentencePiece("the file ends in the middle of a number")
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message; four and eight bytes as they stand."""
    position = 0
    while position < len(data):
        tag, position = _number(data, position)
        kind = tag & 7
        if kind == 0:
            value, position = _number(data, position)
            yield tag >> 3, value
            continue
        if kind == 2:
            size, position = _number(data, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise NotSentencePiece(f"there is a field of kind {kind}")
        if position + size > len(data):
            raise NotSentencePiece("the file is cut short")
        yield tag >> 3, data[position : position + size]
        position += size


def _text(value: int | bytes) -> str:
    if not isinstance(value, bytes):
        raise NotSentencePiece("a piece has a number for a text")
    return value.decode("utf-8", errors="replace")


def _piece(data: bytes) -> tuple[str, float, int]:
    text, score, kind = "", 0.0, 1
    for field, value in _fields(data):
        if field == 1:
            text = _text(value)
        elif field == 2 and isinstance(value, bytes) and len(value) == 4:
            (score,) = struct.unpack("<f", value)
        elif field == 3 and isinstance(value, int):
            kind = value
    return text, score, kind


def read_sentencepiece(data: bytes) -> SentencePieceModel:
    """Read a `.model` file.

    Raises:
        NotSentencePiece: it is something else, damaged, or not of the unigram kind.
    """
    pieces: list[tuple[str, float]] = []
    unknown, normaliser, model = 0, b"", _UNIGRAM
    for field, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if field == 1:
            text, score, kind = _piece(value)
            unknown = len(pieces) if kind == _UNKNOWN else unknown
            pieces.append((text, score))
        elif field == 2:
            model = next((found for number, found in _fields(value) if number == 3), _UNIGRAM)
        elif field == 3:
            normaliser = next((v for n, v in _fields(value) if n == 2 and isinstance(v, bytes)), b"")
    if not pieces or model != _UNIGRAM:
        raise NotSentencePiece("it holds no unigram vocabulary")
    return SentencePieceModel(tuple(pieces), unknown, normaliser)
