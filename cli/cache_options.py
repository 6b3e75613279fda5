"""The options of ``serve`` that say which results to keep. ComfyUI's spellings beside ours."""

import argparse

from graph_engine.cache.policy import bytes_from_text, policy_from_text

DEFAULT = "budget:1GiB"


def add_cache_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--cache``, its short forms and ``--cache-disk``."""
    group = parser.add_argument_group("cache")
    one = group.add_mutually_exclusive_group()
    one.add_argument(
        "--cache",
        type=_policy,
        default=DEFAULT,
        metavar="HOW",
        help="which results to keep in memory: budget:2GB (the cheapest to make again go first), lru:200 (results), "
        "keep-current (those of the last graph), none (default %(default)s)",
    )
    one.add_argument(
        "--cache-classic", action="store_const", const="keep-current", dest="cache", help="same as --cache keep-current"
    )
    one.add_argument("--cache-lru", type=_lru, dest="cache", metavar="N", help="same as --cache lru:N")
    one.add_argument("--cache-none", action="store_const", const="none", dest="cache", help="same as --cache none")
    group.add_argument(
        "--cache-disk",
        type=_bytes,
        default=0,
        metavar="SIZE",
        help="keep results that are slow to make on disk as well, over restarts, up to this size (default: none)",
    )


def _policy(text: str) -> str:
    try:
        policy_from_text(text)
    except ValueError as refused:
        raise argparse.ArgumentTypeError(str(refused)) from refused
    return text


def _lru(text: str) -> str:
    return DEFAULT if text == "0" else _policy(f"lru:{text}")


def _bytes(text: str) -> int:
    try:
        return bytes_from_text(text)
    except ValueError as refused:
        raise argparse.ArgumentTypeError(str(refused)) from refused
