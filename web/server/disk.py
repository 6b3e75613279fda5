"""Is there room? Asked before something is taken on, so that it need not fail half-way."""

import shutil
from pathlib import Path

from web.server.persistence.failures import StorageFull


def require_room(folder: Path, needed: int) -> None:
    """Raises :class:`StorageFull` when the disk of ``folder`` has fewer than ``needed`` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        missing = (needed - free + (1 << 20) - 1) >> 20
        raise StorageFull(
            f"The disk is full: {missing} MB more are needed on {folder} ({free >> 20} MB are free). "
            "Free some room, then try again."
        )
