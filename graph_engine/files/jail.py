"""The path jail: every file name that comes from outside passes here, and nowhere else.

Text rules first (:mod:`graph_engine.files.names`, no disk access), then the real path must lie inside the root, then
the file is opened part by part without following links, so that a folder swapped for a link in between opens nothing.
"""

import contextlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from graph_engine.files.names import NameRefused, parts_of, same_file_key
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem, ProblemError

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BY_PARTS = os.open in os.supports_dir_fd


class PathRefused(ProblemError):  # noqa: N818 - reads as what it is
    """A file name that the jail does not let through.

    ``missing`` is True where the name is fine but there is no such file (404), False where the name itself is
    refused (400).
    """

    def __init__(self, found: Problem) -> None:
        super().__init__([found])
        self.missing = found.code == "file.not_found"


@dataclass(frozen=True)
class Jail:
    """Named folders, and the only way to turn a user's text into a path inside one of them.

    ``links`` lets links in a folder lead outside: for model folders, which their owner fills by hand, often with links
    into a download cache. Never for a folder that requests can write to.
    """

    roots: Mapping[str, Path] = field(default_factory=dict[str, Path])
    links: bool = False

    def resolve(self, root: str, name: str, *, must_exist: bool = True) -> Path:
        """The real path of ``name`` inside ``root``; a regular file when it exists. Raises PathRefused.

        With ``must_exist`` False the file and its folders may be absent.
        """
        base, parts = self._start(root, name)
        try:
            real_base = base.resolve(strict=True)
            real = real_base.joinpath(*parts).resolve(strict=must_exist)
            inside = self.links or (real != real_base and real.is_relative_to(real_base))
            mode = real.lstat().st_mode if inside and (must_exist or real.exists()) else None
        except (OSError, RuntimeError, ValueError):
            raise _missing(root, name) from None
        if not inside or (mode is not None and not stat.S_ISREG(mode)):
            raise _missing(root, name)
        return real

    def exists(self, root: str, name: str) -> bool:
        """Whether ``name`` is a regular file inside ``root``; False for a refused name too."""
        try:
            self.resolve(root, name)
        except PathRefused:
            return False
        return True

    def open_read(self, root: str, name: str) -> BinaryIO:
        """Open a regular file for reading. Raises PathRefused."""
        real = self.resolve(root, name)
        base = self.roots[root].resolve()
        if not real.is_relative_to(base):  # an allowed link
            base = Path(real.anchor)
        try:
            descriptor = _open_inside(base, real.relative_to(base).parts, os.O_RDONLY | _NO_WAIT)
        except OSError:
            raise _missing(root, name) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise _missing(root, name)
        return os.fdopen(descriptor, "rb")

    def create_exclusive(self, root: str, name: str) -> BinaryIO:
        """Make a new file (mode 0600) and open it for writing, its folders too.

        Raises PathRefused; code ``file.exists`` when the name, in any case or Unicode form, is taken.
        """
        if self.links:
            raise ValueError("A folder whose links may lead outside is not written to.")
        path = self.resolve(root, name, must_exist=False)
        base = self.roots[root].resolve()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted = same_file_key(path.name)
        with os.scandir(path.parent) as entries:
            taken = any(same_file_key(entry.name) == wanted for entry in entries)
        if taken:
            raise PathRefused(problem("file.exists", name=name, root=root))
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            return os.fdopen(_open_inside(base, path.relative_to(base).parts, flags), "wb")
        except FileExistsError:
            raise PathRefused(problem("file.exists", name=name, root=root)) from None

    def listing(self, root: str, extensions: Sequence[str] = ()) -> list[str]:
        """Names of all files below ``root`` with one of ``extensions`` (all when empty), sorted, ``/`` between parts.

        Hidden files, links that lead outside, and names that :meth:`resolve` would refuse are left out. A folder
        that is not there has no files. Raises PathRefused for an unknown root.
        """
        base = self._base(root)
        wanted = tuple(item.lower() for item in extensions)
        found: list[str] = []
        seen: set[str] = set()
        for folder, folders, files in os.walk(base, followlinks=self.links):
            real = os.path.realpath(folder)
            if real in seen:  # links that lead in a circle
                folders.clear()
                continue
            seen.add(real)
            folders[:] = [item for item in folders if not item.startswith(".")]
            below = Path(folder).relative_to(base)
            for file in files:
                if file.startswith(".") or (wanted and not file.lower().endswith(wanted)):
                    continue
                name = (below / file).as_posix()
                if self.exists(root, name):
                    found.append(name)
        return sorted(found, key=lambda item: (item.casefold(), item))

    def _base(self, root: str) -> Path:
        if root not in self.roots:
            raise PathRefused(problem("file.unknown_root", root=root, known=sorted(self.roots)))
        return self.roots[root]

    def _start(self, root: str, name: str) -> tuple[Path, tuple[str, ...]]:
        try:
            return self._base(root), parts_of(name)
        except NameRefused as refusal:
            raise PathRefused(problem("file.refused", name=_printable(name), reason=str(refusal))) from None


def _printable(name: object) -> str:
    return str(name)[:100].encode("unicode_escape").decode() if not str(name).isprintable() else str(name)[:100]


def _missing(root: str, name: str) -> PathRefused:
    return PathRefused(problem("file.not_found", name=name, root=root))


def _open_inside(base: Path, parts: Sequence[str], flags: int) -> int:
    """Open ``base/parts…`` following no link below ``base``. Raises OSError."""
    flags |= _NO_FOLLOW | _CLOSE_ON_EXEC | _BINARY
    if not _BY_PARTS:
        return os.open(base.joinpath(*parts), flags, 0o600)
    folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY | _CLOSE_ON_EXEC)
    with contextlib.ExitStack() as opened:
        opened.callback(os.close, folder)
        for part in parts[:-1]:
            folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW | _CLOSE_ON_EXEC, dir_fd=folder)
            opened.callback(os.close, folder)
        return os.open(parts[-1], flags, 0o600, dir_fd=folder)
