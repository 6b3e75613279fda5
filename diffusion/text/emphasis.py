"""The grammar of weighted prompts: `(word:1.2)`, `[word]`, nesting, escapes, `BREAK` and `embedding:name`.

Two dialects are in use. Both raise `(word)` by 1.1 and take a number before the closing bracket. In Automatic1111's
web UI numbers multiply through the levels, `[word]` lowers by 1.1 and an unclosed bracket reaches to the end. In
ComfyUI a number replaces what stands around it, square brackets are plain text and so is an unclosed bracket.
`BREAK` and `embedding:name` mean the same in both here.
"""

import re
from dataclasses import dataclass, field

STEP = 1.1
"""Factor of a bracket without a number."""

DEEPEST = 64
"""Levels of brackets; deeper ones are text. They would weigh 450 times and more, and cost time to no purpose."""

_NUMBER = re.compile(r":\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$")
_BREAK = re.compile(r"(?<!\S)BREAK(?!\S)")
_EMBEDDING = re.compile(r"embedding:([^\s,()\[\]:]+)")
_SIGNS = re.compile(r"\\[\\()\[\]]|[()\[\]]")
_PAIRS = {")": "(", "]": "["}


@dataclass(frozen=True)
class Dialect:
    """How brackets are read.

    Attributes:
        square: whether `[word]` lowers the weight.
        multiplied: whether a number multiplies the brackets around it, instead of taking their place.
        open_ended: whether a bracket that is never closed reaches to the end, instead of being text.
    """

    square: bool
    multiplied: bool
    open_ended: bool


COMFYUI = Dialect(square=False, multiplied=False, open_ended=False)
AUTOMATIC1111 = Dialect(square=True, multiplied=True, open_ended=True)


@dataclass(frozen=True)
class Span:
    """A stretch of text, or the name of a learned word, and its weight."""

    text: str
    weight: float = 1.0
    embedding: bool = False


@dataclass
class _Piece:
    text: str
    weight: float = 1.0
    settled: bool = False


@dataclass
class _Scan:
    dialect: Dialect
    pieces: list[_Piece] = field(default_factory=lambda: [_Piece("")])
    open: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def add(self, text: str) -> None:
        self.pieces[-1].text += text

    def start(self, bracket: str) -> None:
        if len(self.open) == DEEPEST:
            self.add(bracket)
            return
        # The bracket has a piece of its own: it becomes text again if nothing closes it.
        self.open.append((bracket, len(self.pieces)))
        self.pieces += [_Piece(""), _Piece("")]

    def close(self, bracket: str) -> None:
        if not self.open or self.open[-1][0] != _PAIRS[bracket]:
            self.add(bracket)
            return
        opened, start = self.open.pop()
        last = self.pieces[-1]
        number = _NUMBER.search(last.text) if opened == "(" and not last.settled else None
        if number:
            last.text = last.text[: number.start()]
        factor = float(number[1]) if number else STEP if opened == "(" else 1 / STEP
        for piece in self.pieces[start:]:
            if not piece.settled:
                piece.weight *= factor
                piece.settled = number is not None and not self.dialect.multiplied
        self.pieces.append(_Piece(""))

    def end(self) -> None:
        for bracket, start in self.open:
            if not self.dialect.open_ended:
                self.pieces[start].text = bracket
                continue
            for piece in self.pieces[start:]:
                piece.weight *= STEP if bracket == "(" else 1 / STEP


def _weighed(text: str, dialect: Dialect) -> list[_Piece]:
    scan, position = _Scan(dialect), 0
    for sign in _SIGNS.finditer(text):
        scan.add(text[position : sign.start()])
        position = sign.end()
        mark = sign[0]
        if len(mark) == 2:
            square = mark[1] in "[]" and not dialect.square
            scan.add(mark if square or (mark[1] == "\\" and not dialect.square) else mark[1])
        elif mark in "[]" and not dialect.square:
            scan.add(mark)
        elif mark in "([":
            scan.start(mark)
        else:
            scan.close(mark)
    scan.add(text[position:])
    scan.end()
    return [piece for piece in scan.pieces if piece.text]


def _named(piece: _Piece) -> list[Span]:
    """Split the learned words out of a piece."""
    spans: list[Span] = []
    position = 0
    for match in _EMBEDDING.finditer(piece.text):
        spans.append(Span(piece.text[position : match.start()], piece.weight))
        spans.append(Span(match[1], piece.weight, embedding=True))
        position = match.end()
    spans.append(Span(piece.text[position:], piece.weight))
    return [span for span in spans if span.text]


def learned_words(text: str) -> list[str]:
    """Return the names of the learned words that a prompt asks for, in their order, each once."""
    return list(dict.fromkeys(_EMBEDDING.findall(text)))


def parse(text: str, dialect: Dialect = COMFYUI) -> list[list[Span]]:
    """Split a prompt into sections at `BREAK`, and each section into spans of one weight.

    Every text is a prompt: what is not well formed is read as words. An empty prompt is one empty section.
    """
    sections: list[list[Span]] = [[]]
    for piece in _weighed(text, dialect):
        parts = _BREAK.split(piece.text)
        for number, part in enumerate(parts):
            if number:
                sections.append([])
            sections[-1] += _named(_Piece(part, piece.weight))
    return sections
