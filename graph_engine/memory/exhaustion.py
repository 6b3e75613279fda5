"""Telling "memory ran out" from every other error, whoever raised it."""

from graph_engine.memory.lease import OutOfDeviceMemory
from graph_engine.validate.problem import ProblemError

DOES_NOT_FIT = "memory.does_not_fit"
_WORDS = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory", "alloc_failed")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` says that the device or the host has no more memory to give.

    Torch tells it by its own class on CUDA, and by the words of a RuntimeError elsewhere.
    """
    if isinstance(error, (MemoryError, OutOfDeviceMemory)) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, ProblemError):
        return any(item.code in (DOES_NOT_FIT, "memory.exhausted") for item in error.problems)
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)
