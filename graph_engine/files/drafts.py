"""Drafts: what is open and unsaved in somebody's browser, kept as journals that survive a crash of either side.

On disk: ``<folder>/<id>.jsonl``, one record a line, ``<crc32> <json>``. The first record holds the whole state
(``{"head": n, "state": …}``), each later one the changes since (``{"head": n + 1, "changes": […]}``). A record is on
the disk before it is acknowledged. A last line that a crash cut off is left out, and cut away by the next record. What
was closed lies under ``<folder>/.closed`` for a while.
"""

import contextlib
import json
import os
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graph_engine.files.atomic import write_atomic
from graph_engine.files.draft_changes import ChangeRefused, apply_changes
from graph_engine.files.jail import Jail, PathRefused
from graph_engine.validate.messages import problem

ROOT = "drafts"
SUFFIX = ".jsonl"
CLOSED = ".closed"
KEPT_CLOSED = 50
MOST_OPEN = 500
LARGEST_STATE = 32 << 20
FOLD_AFTER = 256 << 10
"""A journal is folded into one record when its changes take more than this, and more than twice the state."""

STATES_IN_MEMORY = 16

_ID = re.compile(r"[0-9a-zA-Z][0-9a-zA-Z-]{7,63}")


class DraftMoved(Exception):  # noqa: N818 - an answer: another window wrote in between
    """The draft is not where the change was made from. ``head`` is where it is."""

    def __init__(self, head: int) -> None:
        super().__init__("Another window changed this workflow in between.")
        self.head = head


class TooManyDrafts(Exception):  # noqa: N818 - an answer
    """There is no room for another draft, or for a larger one."""


@dataclass(frozen=True)
class DraftEntry:
    """A draft in the list. ``browser`` names who had it open last; ``modified`` is in seconds since 1970."""

    id: str
    title: str
    browser: str
    size: int
    modified: float


@dataclass(frozen=True)
class Draft:
    """A draft as it is now. ``head`` counts its records."""

    id: str
    head: int
    state: dict[str, Any]


@dataclass(frozen=True)
class _Tail:
    """Where a journal ends: its last record's number, its sound bytes, and how many of them are the whole state."""

    head: int
    size: int
    base: int


class Drafts:
    """One folder of drafts. Safe to use from several threads; one process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jail = Jail({ROOT: folder})
        self._lock = threading.Lock()
        self._tails: dict[str, _Tail] = {}
        self._states: OrderedDict[str, Any] = OrderedDict()  # of drafts in use, to judge changes by
        self._known: dict[Path, tuple[int, float, DraftEntry]] = {}

    def entries(self, *, closed: bool = False) -> list[DraftEntry]:
        """The open drafts, or those that were closed; the newest first. One that cannot be read is left out."""
        folder = self._folder / CLOSED if closed else self._folder
        paths = [path for path in folder.glob("*" + SUFFIX) if _ID.fullmatch(path.stem)] if folder.is_dir() else []
        for gone in {path for path in list(self._known) if path.parent == folder}.difference(paths):
            self._known.pop(gone, None)
        found = [entry for path in paths if (entry := self._entry(path)) is not None]
        return sorted(found, key=lambda entry: -entry.modified)

    def read(self, draft: str) -> Draft:
        """A draft as it is now. Raises PathRefused."""
        with self._lock:
            return self._read(draft)

    def head(self, draft: str) -> int:
        """The number of a draft's last record. Raises PathRefused."""
        with self._lock:
            self._path(draft)
            return self._tail(draft).head

    def write(self, draft: str, state: Mapping[str, Any], expected: int | None) -> int:
        """Put down a whole state; answers its record's number. ``expected`` None says that the draft is new.

        Raises DraftMoved when it is otherwise, TooManyDrafts, PathRefused, OSError (the old state is untouched).
        """
        with self._lock:
            path = self._path(draft, must_exist=False)
            found = self._tail(draft).head if path.exists() else None
            if found != expected:
                raise DraftMoved(found or 0)
            if found is None and len(self.entries()) >= MOST_OPEN:
                raise TooManyDrafts(f"There are {MOST_OPEN} drafts already. Close some of them.")
            return self._put(draft, path, (found or 0) + 1, state)

    def append(self, draft: str, changes: Sequence[Any], expected: int) -> int:
        """Put down changes; answers their record's number. Raises as :meth:`write`, and ChangeRefused."""
        with self._lock:
            path = self._path(draft)
            tail = self._tail(draft)
            if tail.head != expected:
                raise DraftMoved(tail.head)
            line = _line({"head": tail.head + 1, "changes": list(changes)})
            # A change that does not fit must never reach the disk: reading would stop there.
            state = self._states.pop(draft, None) or self._read(draft).state
            state = apply_changes(state, changes)
            if not isinstance(state, dict):
                raise ChangeRefused("the whole draft must stay an object")
            after = tail.size + len(line) - tail.base
            if after > FOLD_AFTER and after > 2 * tail.base:
                self._put(draft, path, tail.head + 1, state)
            else:
                _append(path, tail.size, line)
                self._tails[draft] = _Tail(tail.head + 1, tail.size + len(line), tail.base)
            self._states[draft] = state
            if len(self._states) > STATES_IN_MEMORY:
                self._states.popitem(last=False)
            return tail.head + 1

    def close(self, draft: str) -> None:
        """Put a draft away; the oldest of those put away go for good. Raises PathRefused, OSError."""
        with self._lock:
            path = self._path(draft)
            away = self._folder / CLOSED
            away.mkdir(exist_ok=True, mode=0o700)
            os.utime(path)
            path.replace(away / path.name)
            self._forget(draft)
            kept = sorted(away.glob("*" + SUFFIX), key=lambda item: -item.stat().st_mtime)
            for old in kept[KEPT_CLOSED:]:
                old.unlink(missing_ok=True)

    def reopen(self, draft: str) -> Draft:
        """Take a draft out again. Raises PathRefused, OSError."""
        with self._lock:
            path = self._path(draft, must_exist=False)
            away = self._folder / CLOSED / path.name
            if not path.exists():
                if not away.is_file() or away.is_symlink():
                    raise PathRefused(problem("file.not_found", name=draft, root=ROOT))
                away.replace(path)
            self._forget(draft)
            return self._read(draft)

    def _path(self, draft: str, *, must_exist: bool = True) -> Path:
        if not _ID.fullmatch(draft):
            raise PathRefused(problem("file.refused", name=draft[:100], reason="it is not the name of a draft"))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._jail.resolve(ROOT, draft + SUFFIX, must_exist=must_exist)

    def _read(self, draft: str) -> Draft:
        state, tail = _fold(self._path(draft), draft)
        self._tails[draft] = tail
        return Draft(draft, tail.head, state)

    def _forget(self, draft: str) -> None:
        self._tails.pop(draft, None)
        self._states.pop(draft, None)

    def _tail(self, draft: str) -> _Tail:
        if draft not in self._tails:
            self._read(draft)
        return self._tails[draft]

    def _put(self, draft: str, path: Path, head: int, state: Mapping[str, Any]) -> int:
        line = _line({"head": head, "state": state})
        self._states.pop(draft, None)
        if len(line) > LARGEST_STATE:
            raise TooManyDrafts(f"The draft is larger than {LARGEST_STATE >> 20} MiB. Save it in parts.")
        write_atomic(path, line)
        self._tails[draft] = _Tail(head, len(line), len(line))
        return head

    def _entry(self, path: Path) -> DraftEntry | None:
        try:
            status = path.stat()
            known = self._known.get(path)
            if known is None or known[:2] != (status.st_size, status.st_mtime):
                state, _ = _fold(path, path.stem)
                known = (status.st_size, status.st_mtime, _summary(path.stem, state, status))
                self._known[path] = known
        except (OSError, PathRefused):
            return None
        return known[2]


def _summary(draft: str, state: Mapping[str, Any], status: os.stat_result) -> DraftEntry:
    document = state.get("document")
    title = cast("Mapping[str, Any]", document).get("title") if isinstance(document, Mapping) else None
    browser = state.get("browser")
    return DraftEntry(
        draft,
        title[:200] if isinstance(title, str) else "",
        browser[:64] if isinstance(browser, str) else "",
        status.st_size,
        status.st_mtime,
    )


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _append(path: Path, at: int, line: bytes) -> None:
    """Write ``line`` at ``at``, where the sound records end, and have it on the disk. Raises OSError."""
    with path.open("r+b") as file:
        file.truncate(at)
        file.seek(at)
        try:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(at)
            raise


def _fold(path: Path, draft: str) -> tuple[dict[str, Any], _Tail]:
    """The state that a journal's sound records make. Raises PathRefused when not even the first is sound."""
    state: Any = None
    head = size = base = 0
    for line in path.read_bytes().splitlines(keepends=True):
        record = _record(line)
        if record is None:
            break
        try:
            state = record["state"] if "state" in record else apply_changes(state, record["changes"])
        except (KeyError, ValueError):
            break
        head, size = record["head"], size + len(line)
        base = len(line) if "state" in record else base
    if not isinstance(state, dict):
        raise PathRefused(problem("file.not_found", name=draft, root=ROOT))
    return cast("dict[str, Any]", state), _Tail(head, size, base)


def _record(line: bytes) -> dict[str, Any] | None:
    """A line's record, or None where it is not whole."""
    if len(line) < 10 or not line.endswith(b"\n"):
        return None
    try:
        if int(line[:8], 16) != zlib.crc32(line[9:-1]):
            return None
        record = json.loads(line[9:-1])
    except ValueError:
        return None
    return cast("dict[str, Any]", record) if isinstance(record, dict) and isinstance(record.get("head"), int) else None  # pyright: ignore[reportUnknownMemberType]
