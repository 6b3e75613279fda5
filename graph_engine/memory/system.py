"""The host's memory as the system sees it: giving it back, and how much there is for us."""

import ctypes
import gc
import sys
from pathlib import Path

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD, malloc.h
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def give_back() -> None:
    """Hand memory that nothing uses back to the system: the C allocator keeps freed blocks otherwise (glibc)."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def return_large_blocks_at_once() -> None:
    """From now on, what the C allocator frees beyond a mebibyte goes back to the system at once (glibc).

    It keeps blocks of up to 32 MiB otherwise, which is faster, and twice what a step needs may then stay with us. For
    where memory is short. Final for this process.
    """
    if sys.platform == "linux":
        configure = getattr(ctypes.CDLL(None), "mallopt", None)
        if configure is not None:
            configure(_MMAP_THRESHOLD, 1 << 20)


def container_limit() -> int | None:
    """Bytes that the container we run in may use; None outside one, or where it is not limited."""
    try:
        text = _CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return None
    return int(text) if text.isdigit() else None
