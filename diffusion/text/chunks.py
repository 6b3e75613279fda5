"""Prompts of any length: tokens with weights, packed into windows that an encoder can read.

CLIP reads 77 tokens: begin, 75 of the prompt, end. A longer prompt is read in several windows, whose features are
put one after another. A word is not cut in two where that can be helped; optionally the cut goes back to a comma.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from diffusion.text.emphasis import Span

LONGEST_WORD = 8
"""Words of this many tokens and more are cut at the end of a window."""


class TextTokenizer(Protocol):
    """What every tokenizer here offers.

    Attributes:
        begin_id, end_id: framing tokens; None where the encoder has none.
        padding_id: fills a window.
        length: tokens of a window, framing included; None where the encoder reads any length.
    """

    @property
    def begin_id(self) -> int | None:
        """See the class."""
        ...

    @property
    def end_id(self) -> int | None:
        """See the class."""
        ...

    @property
    def padding_id(self) -> int:
        """See the class."""
        ...

    @property
    def length(self) -> int | None:
        """See the class."""
        ...

    def words(self, text: str) -> list[int]:
        """Tokenize without framing and padding."""
        ...


@dataclass(frozen=True)
class Token:
    """A token of a prompt: its id, its weight, and the learned vector [width] that stands in its place, if any."""

    id: int
    weight: float = 1.0
    vector: Tensor | None = None
    comma: bool = False


@dataclass(frozen=True)
class Window:
    """What an encoder reads at once: framed and padded."""

    tokens: tuple[Token, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Token ids."""
        return tuple(token.id for token in self.tokens)


FindVectors = Callable[[str], Tensor | None]
"""Name of a learned word → its vectors [n, width] for this encoder, or None."""


def tokens_of(
    section: Sequence[Span], tokenizer: TextTokenizer, find: FindVectors, notes: list[str]
) -> Iterator[list[Token]]:
    """Yield the words of a section, each a list of tokens; what cannot be found is told in `notes`."""
    for span in section:
        if span.embedding:
            vectors = find(span.text.rstrip("."))
            if vectors is None:
                notes.append(
                    f"There is no embedding {span.text!r} for this text encoder, so it was left out. "
                    "Put its file into models/embeddings, and check that it was made for this kind of model."
                )
                continue
            # Any id will do: its row is replaced. Padding is never the end, which some encoders pool at.
            yield [Token(0, span.weight, vector) for vector in vectors]
            continue
        for word in span.text.split():
            ids = tokenizer.words(word)
            yield [Token(number, span.weight, comma=word.endswith(",") and number == ids[-1]) for number in ids]


def _fill(words: Iterator[list[Token]], room: int, back_track: int) -> Iterator[list[Token]]:
    window: list[Token] = []
    for word in words:
        pending = word
        if len(window) + len(word) > room and len(word) < LONGEST_WORD:
            carried = _after_comma(window, back_track)
            yield window[: len(window) - len(carried)]
            window = carried
        while len(window) + len(pending) > room:
            split = room - len(window)
            yield window + pending[:split]
            window, pending = [], pending[split:]
        window = window + pending
    if window:
        yield window


def _after_comma(window: list[Token], back_track: int) -> list[Token]:
    """What follows the last comma, if that is at most `back_track` tokens."""
    for count in range(1, min(back_track, len(window) - 1) + 1):
        if window[-count - 1].comma:
            return window[-count:]
    return []


def framed(tokens: Sequence[Token], tokenizer: TextTokenizer, length: int) -> Window:
    """Put begin and end around tokens and pad to `length`; all that is added weighs 1."""
    begin = [] if tokenizer.begin_id is None else [Token(tokenizer.begin_id)]
    end = [] if tokenizer.end_id is None else [Token(tokenizer.end_id)]
    window = [*begin, *tokens, *end]
    return Window((*window, *[Token(tokenizer.padding_id)] * (length - len(window))))


def windows_of(
    sections: Sequence[Sequence[Span]],
    tokenizer: TextTokenizer,
    *,
    find: FindVectors = lambda _name: None,
    back_track: int = 0,
    shortest: int = 1,
    notes: list[str] | None = None,
) -> list[Window]:
    """Pack a parsed prompt into windows of equal length, at least one.

    Args:
        sections: from `emphasis.parse`; each begins a window, where windows have a length.
        tokenizer: of the encoder.
        find: looks learned words up.
        back_track: how many tokens a cut may go back to a comma; 20 in Automatic1111's web UI.
        shortest: of a window whose length is free.
        notes: takes sentences about what was left out.
    """
    told = [] if notes is None else notes
    framing = (tokenizer.begin_id is not None) + (tokenizer.end_id is not None)
    parts = [tokens_of(section, tokenizer, find, told) for section in sections]
    if tokenizer.length is None:
        tokens = [token for part in parts for word in part for token in word]
        return [framed(tokens, tokenizer, max(shortest, len(tokens) + framing))]
    room = tokenizer.length - framing
    filled = [window for part in parts for window in (list(_fill(part, room, back_track)) or [[]])]
    return [framed(tokens, tokenizer, tokenizer.length) for tokens in filled]


def ids_of(windows: Sequence[Window], device: torch.device) -> Tensor:
    """Return [windows, T] int64."""
    return torch.tensor([window.ids for window in windows], dtype=torch.long, device=device)


def weights_of(windows: Sequence[Window], like: Tensor) -> Tensor:
    """Return [windows, T, 1], the weight of each token, in the type and on the device of another tensor."""
    table = [[token.weight for token in window.tokens] for window in windows]
    return torch.tensor(table, dtype=like.dtype, device=like.device)[..., None]


def with_vectors(embedded: Tensor, windows: Sequence[Window]) -> Tensor:
    """Put learned vectors over their rows of embedded tokens [windows, T, width]; the argument is not changed."""
    learned = [
        (row, column, token.vector)
        for row, window in enumerate(windows)
        for column, token in enumerate(window.tokens)
        if token.vector is not None
    ]
    if not learned:
        return embedded
    changed = embedded.clone()
    for row, column, vector in learned:
        changed[row, column] = vector.to(changed)
    return changed
