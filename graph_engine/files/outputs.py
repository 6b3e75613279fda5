"""New output files: a free number is claimed by creating the file, never by counting the folder."""

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from graph_engine.files.atomic import write_atomic
from graph_engine.files.jail import Jail

_TOKEN = re.compile(r"%([a-z_]+)%")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
_UNNAMED = "image"


@dataclass
class ReservedOutput:
    """A claimed name; see :class:`graph_engine.spec.context.ReservedFile`."""

    path: Path
    subfolder: str
    root: str
    written: bool = field(default=False)

    @property
    def ui(self) -> dict[str, str]:
        """How a result's ``ui`` lists the file."""
        return {"filename": self.path.name, "subfolder": self.subfolder, "type": self.root}

    def write(self, data: bytes) -> None:
        """Put ``data`` in place as a whole. Raises OSError."""
        write_atomic(self.path, data, durable=self.root != "temp")
        self.written = True

    def __enter__(self) -> "ReservedOutput":
        return self

    def __exit__(self, *error: object) -> None:
        if not self.written:
            with contextlib.suppress(OSError):
                self.path.unlink()


def expand_tokens(prefix: str, tokens: Mapping[str, str | int], now: datetime) -> str:
    """``%year% %month% %day% %hour% %minute% %second%`` and ``tokens`` filled in; unknown ones stay as they are."""
    known: dict[str, str] = {
        "year": f"{now.year:04}",
        "month": f"{now.month:02}",
        "day": f"{now.day:02}",
        "hour": f"{now.hour:02}",
        "minute": f"{now.minute:02}",
        "second": f"{now.second:02}",
        **{name: str(value) for name, value in tokens.items()},
    }
    return _TOKEN.sub(lambda found: known.get(found[1], found[0]), prefix)


def reserve_output(
    jail: Jail,
    root: str,
    prefix: str,
    suffix: str,
    tokens: Mapping[str, str | int] | None = None,
    now: datetime | None = None,
) -> ReservedOutput:
    """Claim the next free ``prefix_00001_.suffix``. Raises PathRefused for a bad prefix, OSError for a bad disk."""
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"{suffix!r} is no file suffix; write one such as .png.")
    text = expand_tokens(prefix, tokens or {}, now or datetime.now())
    if not text or text.endswith(("/", "\\")):
        text += _UNNAMED
    first = jail.resolve(root, f"{text}_00001_{suffix}", must_exist=False)
    first.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = first.name.removesuffix(f"_00001_{suffix}")
    number = _first_absent(first.parent, stem, suffix)
    while True:
        path = first.with_name(_numbered(stem, number, suffix))
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
            continue
        below = path.parent.relative_to(jail.roots[root].resolve()).as_posix()
        return ReservedOutput(path, "" if below == "." else below, root)


def _numbered(stem: str, number: int, suffix: str) -> str:
    return f"{stem}_{number:05}_{suffix}"


def _first_absent(folder: Path, stem: str, suffix: str) -> int:
    """A number near the end of the used ones, in logarithmically many looks (exact when there are no gaps)."""

    def taken(number: int) -> bool:
        return os.path.lexists(folder / _numbered(stem, number, suffix))

    high = 1
    while taken(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if taken(middle):
            low = middle
        else:
            high = middle
    return high
