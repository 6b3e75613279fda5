"""Some megabytes kept in reserve: on a full disk SQLite cannot even delete, until this file is gone."""

import os
import shutil
from pathlib import Path

SIZE = 16 << 20
SPARE = 64 << 20


class Ballast:
    """A file of ``SIZE`` bytes that is removed when room is needed and made again when there is room."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self) -> None:
        """Make the file if it is missing and the disk has room to spare. Never raises."""
        try:
            if self._path.exists() and self._path.stat().st_size >= SIZE:
                return
            if shutil.disk_usage(self._path.parent).free < SIZE + SPARE:
                return
            with self._path.open("wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, SIZE)
                else:
                    file.write(bytes(SIZE))
        except OSError:
            self._path.unlink(missing_ok=True)

    def drop(self) -> bool:
        """Remove the file. True if it was there."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
