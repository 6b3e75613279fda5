"""``python main.py inspect FILE``: what a model file or a diffusers folder holds, read off its header."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.inspect import Inspection, inspect_file

WHOLE, INCOMPLETE, UNREADABLE = 0, 1, 2
_SHOWN = 8
_LONGEST = 100


def inspect_parser() -> argparse.ArgumentParser:
    """The parser of ``python main.py inspect …``."""
    parser = argparse.ArgumentParser(
        prog="python main.py inspect",
        description="Tell what model files hold: family, prediction type, parts, keys that fit and keys that do not. "
        "Nothing in them is run, and of safetensors only the header is read.",
        epilog="Exit code: 0 all recognised and whole, 1 one is unknown or does not fit, 2 one cannot be read.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a model file, or a diffusers folder")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Inspect files; answers the largest exit code."""
    given = inspect_parser().parse_args(arguments)
    return max(_inspect(path, as_json=given.json) for path in given.files)


def _inspect(path: Path, *, as_json: bool) -> int:
    try:
        found = inspect_file(path)
    except (CheckpointError, OSError) as error:
        return _refused(path, error, as_json=as_json)
    if as_json:
        print(json.dumps(inspection_to_json(found), ensure_ascii=True))
    else:
        print("\n".join(_lines(found)))
    return WHOLE if found.whole else INCOMPLETE


def _refused(path: Path, error: CheckpointError | OSError, *, as_json: bool) -> int:
    if isinstance(error, CheckpointError):
        what, remedy = error.what, error.remedy
    else:
        what, remedy = f"This file cannot be read ({error.strerror or error})", "Check its name and your permissions."
    if as_json:
        print(json.dumps({"path": str(path), "error": what, "remedy": remedy}, ensure_ascii=True))
    else:
        print(f"{path}: {what}. {remedy}", file=sys.stderr)
    return UNREADABLE


def inspection_to_json(found: Inspection) -> dict[str, Any]:
    """The inspection as plain values."""
    record = found.record
    return {
        "path": str(found.path),
        "family": found.detection.family,
        "title": found.detection.title,
        "why": list(found.detection.why),
        "whole": found.whole,
        "prediction": None if record is None else record.prediction,
        "decided": list(found.decided),
        "record": None if record is None else asdict(record),
        "parts": [asdict(part) for part in found.parts],
        "tensors": found.tensors,
        "parameters": found.parameters,
        "dtypes": dict(found.dtypes),
        "missing": list(found.report.missing),
        "unexpected": list(found.report.unexpected),
        "misshapen": list(found.report.misshapen),
        "unknown": list(found.report.unknown),
        "orphans": list(found.report.orphans),
        "notes": list(found.notes),
        "problem": found.problem,
        "remedy": found.remedy or None,
        "metadata": dict(found.metadata),
    }


def _lines(found: Inspection) -> Iterator[str]:
    """The inspection for people."""
    detection, record = found.detection, found.record
    yield f"{found.path}"
    yield f"  {detection.title}" + (f" ({detection.family})" if detection.family else "")
    yield from (f"    {sentence}" for sentence in detection.why)
    if record is not None:
        width, height = record.resolution
        latent = f"latent {record.latent.channels} channels, 1/{record.latent.factor}"
        yield f"  predicts {record.prediction}, {record.noise.kind} noise, {width}×{height}, {latent}"
    yield from (f"    {sentence}" for sentence in found.decided)
    for part in found.parts:
        yield f"  {part.name:24} {part.network:24} {_count(part.parameters):>8} parameters  {part.dtype}"
    stored = ", ".join(f"{dtype} {nbytes / 2**20:.0f} MiB" for dtype, nbytes in found.dtypes.items())
    yield f"  {found.tensors} tensors, {_count(found.parameters)} numbers: {stored}"
    report = found.report
    for title, names in (
        ("missing", report.missing),
        ("unexpected", report.unexpected),
        ("of another shape", report.misshapen),
        ("of no known use", report.unknown),
    ):
        yield from _listed(title, names)
    if report.orphans:
        yield f"  {len(report.orphans)} keys that inference has no use for"
    for key, text in found.metadata.items():
        yield f"  {_plain(key)}: {_plain(text)}"
    yield from (f"  {note}" for note in found.notes)
    if found.problem:
        yield f"  {found.problem}."
    if found.remedy:
        yield f"  {found.remedy}"


def _listed(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"  {title}: {len(names)}"
        yield from (f"    {_plain(name)}" for name in names[:_SHOWN])
        if len(names) > _SHOWN:
            yield f"    and {len(names) - _SHOWN} more"


def _count(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.1f} {letter}"
    return str(number)


def _plain(text: str) -> str:
    """Text of a stranger on one line of the terminal: no control characters, not too long."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}… ({len(clean)} characters)"
