"""The options of device memory, alike for ``serve`` and ``run``. ComfyUI's spellings where it has one."""

import argparse
import re
from argparse import Namespace
from typing import Any

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?", re.IGNORECASE)
IDLE_MINUTES = 15.0


def add_memory_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--device-memory``, ``--reserve-memory``, ``--idle-unload`` and how much of a model stays."""
    group = parser.add_argument_group("device memory")
    budget = group.add_mutually_exclusive_group()
    budget.add_argument(
        "--device-memory",
        type=size,
        metavar="SIZE",
        help="use at most so much of the device, as in 2GB or 700MB",
    )
    budget.add_argument(
        "--reserve-memory", type=size, metavar="SIZE", help="leave so much of the device to others, as in 1GB"
    )
    budget.add_argument(
        "--reserve-vram", type=_gigabytes, dest="reserve_memory", metavar="GB", help="the same, in gigabytes"
    )
    group.add_argument(
        "--idle-unload",
        type=_minutes,
        default=IDLE_MINUTES,
        metavar="MINUTES",
        help="let models go after so many minutes without a job (default %(default)g; 0: never)",
    )
    kept = group.add_mutually_exclusive_group()
    kept.add_argument(
        "--highvram",
        "--gpu-only",
        action="store_true",
        dest="keep_models",
        help="keep models on the device as long as they fit (no --idle-unload)",
    )
    kept.add_argument("--normalvram", action="store_const", const="full", dest="residency", help="as by default")
    kept.add_argument(
        "--lowvram",
        action="store_const",
        const="partial",
        dest="residency",
        help="keep at most half of a model on the device and read the rest as it is used",
    )
    kept.add_argument(
        "--novram", action="store_const", const="streamed", dest="residency", help="read every model as it is used"
    )
    parser.set_defaults(residency="full", keep_models=False)


def memory_settings(options: Namespace) -> dict[str, Any]:
    """What :class:`graph_engine.run.worker_settings.WorkerSettings` takes of these options."""
    return {
        "memory_budget": options.device_memory,
        "memory_reserve": options.reserve_memory,
        "residency": options.residency,
        "idle_unload": 0.0 if options.keep_models else options.idle_unload * 60,
    }


def size(text: str) -> int:
    """``2GB``, ``700 MB``, ``1.5GiB`` or a number of bytes, as bytes. Raises argparse.ArgumentTypeError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it as in 2GB, 700MB or 1.5GiB")
    value = int(float(found[1]) * _UNITS[(found[2] or "").lower()])
    if value < 1 << 20:
        raise argparse.ArgumentTypeError(f"{text!r} is less than a megabyte; write a unit as in 2GB")
    return value


def _gigabytes(text: str) -> int:
    return int(float(text) * 2**30)


def _minutes(text: str) -> float:
    value = float(text)
    if value < 0:
        raise argparse.ArgumentTypeError("it must be 0 or more")
    return value
