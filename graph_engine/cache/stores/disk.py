"""Outputs that survive a restart: a folder of files by content key, within a budget of bytes.

A file is a magic word, a digest of the rest, the length of a JSON header, the header, and the arrays that the header
points to. What does not read back exactly is a miss, and the file is removed. Only plain values and what the codec
knows are written; nothing that could run when read.
"""

import contextlib
import hashlib
import json
import os
import struct
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from graph_engine.cache.stores.memory import CachedOutput
from graph_engine.files.atomic import write_atomic
from graph_engine.plan.listing import Many

_MAGIC = b"NLCACHE1"
_DIGEST = 16
_LENGTH = struct.Struct(">Q")
_SUFFIX = ".cached"


class NotStorable(TypeError):  # noqa: N818 - an answer: the output is not kept on disk
    """A value that neither JSON nor the codec can hold."""


class ValueCodec(Protocol):
    """Turns what JSON cannot hold, such as tensors, into bytes and back; registered by whoever knows those types."""

    def encode(self, value: Any) -> tuple[Mapping[str, Any], bytes] | None:
        """A description (JSON values) and the bytes; None for a value that it does not know."""
        ...

    def decode(self, description: Mapping[str, Any], data: bytes) -> Any:
        """The inverse. Raises ValueError."""
        ...


class DiskStore:
    """Outputs of earlier nodes on disk. Any thread may call. Nothing raises: a fault is a miss."""

    def __init__(self, folder: Path, budget_bytes: int, codec: ValueCodec | None = None) -> None:
        self._folder = folder
        self._budget = budget_bytes
        self._codec = codec
        self._lock = threading.Lock()
        self._sizes: dict[str, int] | None = None
        self._total = 0

    def get(self, key: bytes) -> CachedOutput | None:
        """The entry under ``key``, now the most recently used, or None."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        try:
            entry = self._unpacked(data)
        except (ValueError, KeyError, IndexError, TypeError, struct.error):
            self._remove(path)
            return None
        with self._lock:
            sizes = self._known_sizes()
            if (size := sizes.pop(path.name, None)) is not None:
                sizes[path.name] = size
        with contextlib.suppress(OSError):
            os.utime(path)  # the order of use, for the next process
        return entry

    def put(self, key: bytes, entry: CachedOutput) -> bool:
        """Keep ``entry`` if it can be written; whether it was."""
        try:
            data = self._packed(entry)
        except (NotStorable, ValueError, RecursionError):
            return False
        if len(data) > self._budget:
            return False
        path = self._path(key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Not forced to the disk: what a power cut spoils is noticed, and made again.
            write_atomic(path, data, durable=False)
        except OSError:
            return False
        with self._lock:
            sizes = self._known_sizes()
            self._total += len(data) - sizes.pop(path.name, 0)
            sizes[path.name] = len(data)
        self._fit()
        return True

    def clear(self) -> None:
        """Remove everything."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            self._remove(path)

    def _path(self, key: bytes) -> Path:
        return self._folder / f"{key.hex()}{_SUFFIX}"

    def _remove(self, path: Path) -> None:
        with self._lock:
            self._total -= self._known_sizes().pop(path.name, 0)
        with contextlib.suppress(OSError):
            path.unlink()

    def _known_sizes(self) -> dict[str, int]:
        """Bytes of each file, the least recently used first; looked up once. The lock is held."""
        if self._sizes is None:
            found: list[tuple[float, str, int]] = []
            for path in self._folder.glob(f"*{_SUFFIX}"):
                with contextlib.suppress(OSError):
                    stated = path.stat()
                    found.append((stated.st_mtime, path.name, stated.st_size))
            self._sizes = {name: size for _, name, size in sorted(found)}
            self._total = sum(self._sizes.values())
        return self._sizes

    def _fit(self) -> None:
        """Remove the files used least recently until all fit."""
        while True:
            with self._lock:
                oldest = next(iter(self._known_sizes()), None)
                if self._total <= self._budget or oldest is None:
                    return
            self._remove(self._folder / oldest)

    def _packed(self, entry: CachedOutput) -> bytes:
        blobs: list[bytes] = []
        values = [self._described(value, blobs) for value in entry.values]
        ui = self._described({name: list(items) for name, items in entry.ui.items()}, blobs)
        header = json.dumps({"values": values, "ui": ui, "sizes": [len(blob) for blob in blobs]}).encode()
        body = b"".join([_LENGTH.pack(len(header)), header, *blobs])
        return _MAGIC + hashlib.blake2b(body, digest_size=_DIGEST).digest() + body

    def _unpacked(self, data: bytes) -> CachedOutput:
        start = len(_MAGIC) + _DIGEST
        body = memoryview(data)[start:]
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("not one of ours")
        if hashlib.blake2b(body, digest_size=_DIGEST).digest() != data[len(_MAGIC) : start]:
            raise ValueError("damaged")
        (length,) = _LENGTH.unpack(body[: _LENGTH.size])
        place = _LENGTH.size + length
        header = json.loads(bytes(body[_LENGTH.size : place]))
        blobs: list[bytes] = []
        for size in header["sizes"]:
            blobs.append(bytes(body[place : place + size]))
            place += size
        return CachedOutput(
            tuple(self._restored(value, blobs) for value in header["values"]), self._restored(header["ui"], blobs)
        )

    def _described(self, value: Any, blobs: list[bytes]) -> Any:
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind is list or kind is tuple or kind is Many:
            return {kind.__name__: [self._described(item, blobs) for item in value]}
        if kind is dict and all(type(name) is str for name in value):
            return {"dict": {name: self._described(item, blobs) for name, item in value.items()}}
        coded = self._codec.encode(value) if self._codec is not None else None
        if coded is None:
            raise NotStorable(f"a {kind.__name__}")
        blobs.append(coded[1])
        return {"coded": dict(coded[0]), "at": len(blobs) - 1}

    def _restored(self, stated: Any, blobs: list[bytes]) -> Any:
        if not isinstance(stated, dict):
            return stated
        if "coded" in stated:
            if self._codec is None:
                raise ValueError("no codec")
            return self._codec.decode(stated["coded"], blobs[stated["at"]])  # pyright: ignore[reportUnknownArgumentType]
        ((kind, content),) = stated.items()  # pyright: ignore[reportUnknownVariableType]
        if kind == "dict":
            return {name: self._restored(item, blobs) for name, item in content.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        items = [self._restored(item, blobs) for item in content]  # pyright: ignore[reportUnknownVariableType]
        return items if kind == "list" else (Many if kind == "Many" else tuple)(items)
