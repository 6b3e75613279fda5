"""Small likenesses of pictures, made in threads of their own and kept on disk until they are too many."""

import asyncio
import contextlib
import hashlib
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graph_engine.files.atomic import write_atomic
from graph_engine.files.jail import Jail, PathRefused
from web.server.gallery.picture_file import FORMATS, ROOT

SIDES = (256, 512, 1024)
SMALL_BYTES = 192 * 1024
QUALITY = 84
THREADS = 2
KEPT_BYTES = 1 << 30


class Thumbnails:
    """Likenesses in ``folder``, of the pictures in the jail's output folder."""

    def __init__(self, folder: Path, jail: Jail) -> None:
        self._folder = folder
        self._jail = jail
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="thumbnail")
        self._making: dict[str, asyncio.Future[Path | None]] = {}

    async def get(self, path: str, version: str, side: int) -> Path | None:
        """A file with the picture at most ``side`` high and twice as wide; None when the picture cannot be read.

        ``version`` changes when the picture does. Several who ask for the same one wait for the same work.
        """
        key = _key(path, version, side)
        found = self._making.get(key)
        if found is None:
            loop = asyncio.get_running_loop()
            found = loop.run_in_executor(self._threads, self._make, path, key, side)
            self._making[key] = found
            found.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(found)

    def forget(self, path: str, version: str) -> None:
        """Delete the likenesses of a picture. Touches the disk; for a thread."""
        for side in SIDES:
            with contextlib.suppress(OSError):
                self._file(_key(path, version, side)).unlink(missing_ok=True)

    def prune(self) -> None:
        """Delete the oldest likenesses beyond a gibibyte. Reads the folder; for a thread."""
        files: list[tuple[float, int, Path]] = []
        for item in self._folder.glob("*/*.webp"):
            with contextlib.suppress(OSError):  # its picture may be deleted in this moment
                status = item.stat()
                files.append((status.st_mtime, status.st_size, item))
        total = sum(size for _, size, _ in files)
        for _, size, item in sorted(files, key=lambda entry: entry[0]):
            if total <= KEPT_BYTES:
                break
            with contextlib.suppress(OSError):
                item.unlink()
            total -= size

    def close(self) -> None:
        """Begin no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.webp"

    def _make(self, path: str, key: str, side: int) -> Path | None:
        from PIL.Image import DecompressionBombError

        target = self._file(key)
        if target.is_file():
            return target
        try:
            real = self._jail.resolve(ROOT, path)
            data = _thumbnail(self._jail, path, side)
        except (PathRefused, OSError, ValueError, SyntaxError, MemoryError, DecompressionBombError):
            return None
        if data is None:
            return real
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomic(target, data, durable=False)
            return target
        return real


def _key(path: str, version: str, side: int) -> str:
    return hashlib.blake2b(f"{path}\n{version}\n{side}".encode(), digest_size=16).hexdigest()


def _thumbnail(jail: Jail, path: str, side: int) -> bytes | None:
    """WebP bytes with the picture's colour profile; None when the picture itself is small enough to be sent."""
    from PIL import Image, ImageOps

    with jail.open_read(ROOT, path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            if height <= side and width <= 2 * side and size <= SMALL_BYTES:
                return None
            profile = picture.info.get("icc_profile")
            picture.draft("RGB", (2 * side, side))
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            plain.thumbnail((2 * side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
            buffer = io.BytesIO()
            plain.save(buffer, "WEBP", quality=QUALITY, method=2, icc_profile=profile or b"")
    return buffer.getvalue()
