"""The host's memory as the system sees it: giving it back, and how much there is for us."""

import ctypes
import gc
import sys
from pathlib import Path

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def give_back() -> None:
    """Hand memory that nothing uses back to the system: the C allocator keeps freed blocks otherwise (glibc)."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def container_limit() -> int | None:
    """Bytes that the container we run in may use; None outside one, or where it is not limited."""
    try:
        text = _CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return None
    return int(text) if text.isdigit() else None
