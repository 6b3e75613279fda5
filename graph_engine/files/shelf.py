"""Documents kept by name, with their earlier versions and a trash: nothing that was saved is ever overwritten.

On disk: ``<folder>/<name>.json``, ``<folder>/.versions/<name>/<number>.json`` for what a save replaced, and
``<folder>/.trash/<time>-<name>.json`` for what was deleted, with its whole name in a ``.name`` beside it;
``<folder>/.thumbnails/<name>.webp`` shows what it paints, and goes to the trash with it.
Names pass the path jail.
"""

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph_engine.files.atomic import write_atomic
from graph_engine.files.jail import Jail, PathRefused
from graph_engine.validate.messages import problem

SUFFIX = ".json"
PICTURE = ".webp"
NAME = ".name"
VERSIONS = ".versions"
TRASH = ".trash"
THUMBNAILS = ".thumbnails"
KEPT_VERSIONS = 50


class Conflict(Exception):  # noqa: N818 - an answer: somebody else saved in between
    """The document is not at the revision that the save was made from. ``revision`` is where it is; None: nowhere.

    ``taken`` says that the name should have been new.
    """

    def __init__(self, name: str, revision: str | None, *, taken: bool = False) -> None:
        words = f"There is something called {name} already." if taken else f"{name} was changed in between."
        super().__init__(words)
        self.revision = revision
        self.taken = taken


@dataclass(frozen=True)
class Entry:
    """A document in the shelf. ``modified`` is in seconds since 1970."""

    name: str
    size: int
    modified: float


@dataclass(frozen=True)
class Version:
    """An earlier state of a document. ``saved`` is when it was replaced."""

    number: int
    size: int
    saved: float


@dataclass(frozen=True)
class Trashed:
    """A deleted document: what :meth:`Shelf.restore` takes, its name with its folder, and when it was deleted."""

    token: str
    name: str
    deleted: float


def revision_of(data: bytes) -> str:
    """What tells one state of a document from another."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


class Shelf:
    """One folder of documents. Safe to use from several threads; one process at a time.

    ``root`` is what refusals call the folder.
    """

    def __init__(self, folder: Path, root: str = "workflows") -> None:
        self._folder = folder
        self._root = root
        self._jail = Jail({root: folder})
        self._lock = threading.Lock()

    def entries(self) -> list[Entry]:
        """All documents by name."""
        found: list[Entry] = []
        for name in self._jail.listing(self._root, (SUFFIX,)):
            try:
                status = self._jail.resolve(self._root, name).stat()
            except (PathRefused, OSError):
                continue
            found.append(Entry(name.removesuffix(SUFFIX), status.st_size, status.st_mtime))
        return found

    def read(self, name: str) -> bytes:
        """A document's bytes. Raises PathRefused."""
        with self._jail.open_read(self._root, _file(name)) as file:
            return file.read()

    def save(self, name: str, data: bytes, expected: str | None) -> str:
        """Put a document in place and keep what it replaces; answers its new revision.

        ``expected`` is the revision that the change was made from; None says that the name should be new. Raises
        Conflict when it is otherwise, PathRefused for a bad name, OSError (disk full …) with the old state untouched.
        """
        with self._lock:
            return self._put(name, data, expected)

    def delete(self, name: str) -> str:
        """Move a document to the trash; answers what to give :meth:`restore`. Raises PathRefused, OSError."""
        with self._lock:
            path = self._jail.resolve(self._root, _file(name))
            trash = self._folder / TRASH
            trash.mkdir(exist_ok=True, mode=0o700)
            token = f"{time.time_ns()}-{_flat(name)}"
            with suppress(OSError):  # on a full disk a deletion is still possible; it comes back without its folder
                write_atomic(trash / (token + NAME), name.encode())
            path.replace(trash / (token + SUFFIX))
            shown = self._thumbnail(name)
            if shown.exists():
                shown.replace(trash / (token + PICTURE))
        return token

    def restore(self, token: str, name: str) -> str:
        """Bring a document back from the trash under ``name``; answers its revision. Raises PathRefused, Conflict."""
        if not re.fullmatch(r"\d{1,20}-[^/\\]{1,200}", token):
            raise PathRefused(problem("file.not_found", name=token[:100], root=self._root))
        path = self._folder / TRASH / (token + SUFFIX)
        with self._lock:
            if not path.is_file() or path.is_symlink():
                raise PathRefused(problem("file.not_found", name=token[:100], root=self._root))
            revision = self._put(name, path.read_bytes(), None)
            shown = path.with_name(token + PICTURE)
            if shown.is_file():
                self._thumbnail(name).parent.mkdir(exist_ok=True, mode=0o700)
                shown.replace(self._thumbnail(name))
            path.unlink()
            path.with_name(token + NAME).unlink(missing_ok=True)
        return revision

    def trash(self) -> list[Trashed]:
        """What was deleted, newest first."""
        folder = self._folder / TRASH
        names = [item.stem for item in folder.glob("*" + SUFFIX)] if folder.is_dir() else []
        found = [re.fullmatch(r"(\d{1,20})-(.{1,80})-[0-9a-f]{12}", name) for name in names]
        listed = [Trashed(item[0], _whole_name(folder, item), int(item[1]) / 1e9) for item in found if item]
        return sorted(listed, key=lambda item: -item.deleted)

    def move(self, name: str, to: str) -> None:
        """Give a document another name, with its versions and thumbnail. Raises PathRefused, Conflict, OSError.

        Where the other name has versions from before, those of this document come behind them.
        """
        with self._lock:
            source = self._jail.resolve(self._root, _file(name))
            target = self._jail.resolve(self._root, _file(to), must_exist=False)
            if target.exists():
                raise Conflict(to, revision_of(target.read_bytes()), taken=True)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            moved = list(self._versions(name))
            folder = self._folder / VERSIONS / _flat(to)
            last = max((number for number, _ in self._versions(to)), default=0)
            for number, path in enumerate((path for _, path in moved), start=last + 1):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.replace(folder / f"{number}{SUFFIX}")
            if self._thumbnail(name).exists():
                self._thumbnail(name).replace(self._thumbnail(to))
            source.replace(target)

    def thumbnail(self, name: str) -> Path | None:
        """The file of a document's thumbnail, or None when it has none. Raises PathRefused."""
        self._jail.resolve(self._root, _file(name), must_exist=False)
        path = self._thumbnail(name)
        return path if path.is_file() and not path.is_symlink() else None

    def keep_thumbnail(self, name: str, picture: bytes) -> None:
        """Show ``picture`` (a small WebP) for a document. Raises PathRefused, OSError."""
        self._jail.resolve(self._root, _file(name))
        path = self._thumbnail(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        write_atomic(path, picture)

    def versions(self, name: str) -> list[Version]:
        """Earlier states, newest first. Raises PathRefused."""
        self._jail.resolve(self._root, _file(name), must_exist=False)
        with self._lock:
            found = [(number, path.stat()) for number, path in self._versions(name)]
        return [Version(number, status.st_size, status.st_mtime) for number, status in reversed(found)]

    def read_version(self, name: str, number: int) -> bytes:
        """An earlier state's bytes. Raises PathRefused."""
        self._jail.resolve(self._root, _file(name), must_exist=False)
        with self._lock:
            path = dict(self._versions(name)).get(number)
            if path is None:
                raise PathRefused(problem("file.not_found", name=f"{name}, version {number}", root=self._root))
            return path.read_bytes()

    def _put(self, name: str, data: bytes, expected: str | None) -> str:
        path = self._jail.resolve(self._root, _file(name), must_exist=False)
        old = path.read_bytes() if path.exists() else None
        found = revision_of(old) if old is not None else None
        if found != expected:
            raise Conflict(name, found, taken=expected is None)
        if old is not None and old != data:
            self._keep(name, old)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, data)
        return revision_of(data)

    def _thumbnail(self, name: str) -> Path:
        return self._folder / THUMBNAILS / (_flat(name) + PICTURE)

    def _keep(self, name: str, data: bytes) -> None:
        known = list(self._versions(name))
        folder = self._folder / VERSIONS / _flat(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = known[-1][0] + 1 if known else 1
        write_atomic(folder / f"{number}{SUFFIX}", data)
        for _, path in known[: max(0, len(known) + 1 - KEPT_VERSIONS)]:
            path.unlink(missing_ok=True)

    def _versions(self, name: str) -> Iterator[tuple[int, Path]]:
        """Numbers and files of the earlier states, oldest first."""
        folder = self._folder / VERSIONS / _flat(name)
        names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        numbers = sorted(int(item.removesuffix(SUFFIX)) for item in names if re.fullmatch(r"\d{1,9}\.json", item))
        return ((number, folder / f"{number}{SUFFIX}") for number in numbers)


def _file(name: str) -> str:
    """The document's file. Raises PathRefused for no name, and for names that our own folders could have."""
    if not name or any(part.startswith(".") for part in name.replace("\\", "/").split("/")):
        raise PathRefused(problem("file.refused", name=name[:100], reason="a part of it is empty or starts with a dot"))
    return name + SUFFIX


def _whole_name(folder: Path, found: re.Match[str]) -> str:
    """What a deleted document was called; the last part of it where that alone is known."""
    try:
        name = (folder / (found[0] + NAME)).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return found[2]
    return name if found[0].endswith(f"-{_flat(name)}") else found[2]


def _flat(name: str) -> str:
    """A document's name as one part of a path, different for different names."""
    plain = name.replace("\\", "/")
    return f"{plain.rsplit('/', 1)[-1][:60]}-{hashlib.blake2b(plain.encode(), digest_size=6).hexdigest()}"
