"""Reading what a request carries: bounded in bytes, depth and time, and strict where JSON is loose."""

import asyncio
import json
import re
from collections.abc import Hashable
from typing import Any

from aiohttp import web

from web.server.refusals import refuse
from web.server.settings import Limits

STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NOT_BRACKETS = bytes(value for value in range(256) if value not in b"[]{}")
SURROGATE = re.compile(rb"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
LARGE = 256 * 1024


async def read_bytes(request: web.Request, limit: int, limits: Limits) -> bytes:
    """The body, at most ``limit`` bytes; raises a refusal when it is longer or stands still."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise refuse(415, "request.encoded", "Compressed request bodies are not taken.", "Send it uncompressed.")
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            async with asyncio.timeout(limits.body_seconds):
                part = await request.content.readany()
        except TimeoutError:
            raise refuse(408, "request.slow", "The request's body stopped arriving.", "Send it again.") from None
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)


async def read_json(request: web.Request, limits: Limits) -> Any:
    """The body as JSON values. An empty body is None."""
    raw = await read_bytes(request, limits.json_bytes, limits)
    if not raw.strip():
        return None
    if len(raw) > LARGE:
        return await asyncio.to_thread(parse_json, raw, limits.json_depth)
    return parse_json(raw, limits.json_depth)


def parse_json(raw: bytes, depth: int) -> Any:
    """Strict JSON: no duplicate keys, no NaN or infinities, no lone surrogates, at most ``depth`` deep."""
    if nesting(raw) > depth:
        raise _unreadable(f"it is nested deeper than {depth}")
    try:
        value = json.loads(
            raw, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer
        )
        if SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise _unreadable("its text is not valid Unicode") from None
    except (ValueError, RecursionError) as failure:
        raise _unreadable(str(failure)) from None
    return value


def nesting(raw: bytes) -> int:
    """How deep the brackets go, strings left out; a quick look before anything is parsed."""
    deepest = level = 0
    for byte in STRINGS.sub(b"", raw).translate(None, NOT_BRACKETS):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        else:
            level -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[Hashable, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise ValueError(f"the key {twice[:80]!r} is stated twice in one object")
    return result  # pyright: ignore[reportReturnType]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _integer(text: str) -> int:
    if len(text) > 400:
        raise ValueError("a number is too long")
    return int(text)


def _too_large(limit: int) -> Exception:
    return refuse(
        413, "request.too_large", f"The request is larger than {limit / 2**20:.0f} MiB.", "Send less.", limit=limit
    )


def _unreadable(reason: str) -> Exception:
    return refuse(400, "request.json_invalid", f"The request's JSON cannot be read: {reason}.", reason=reason)
