"""The gallery's search language: ``red house -snow model:sd seed:8120 is:star date:2026-11 board:"best of"``."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

TOKEN = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
SIZE = re.compile(r"(\d{1,6})[x×](\d{1,6})", re.IGNORECASE)
NUMBER = re.compile(r"-?\d{1,40}")
STATES = ("star", "trash", "missing", "workflow")


@dataclass(frozen=True, kw_only=True)
class PictureSearch:
    """What to look for. ``since`` ≤ made < ``until``, in seconds since 1970; ``ignored`` was not understood."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    seed: str | None = None
    steps: int | None = None
    size: tuple[int, int] | None = None
    star: bool = False
    trash: bool = False
    missing: bool = False
    workflow: bool = False
    board: str | None = None
    job: str | None = None
    since: float | None = None
    until: float | None = None
    ignored: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether nothing is asked of the words."""
        return not (self.words or self.without or self.models or self.samplers)


def parse_search(text: str, *, now: float, minutes_east: int = 0) -> PictureSearch:
    """Read a search. Dates are those of a clock that runs ``minutes_east`` of UTC. Never raises."""
    listed: dict[str, list[str]] = {"words": [], "without": [], "models": [], "samplers": [], "ignored": []}
    single: dict[str, object] = {}
    for minus, key, quoted, plain in TOKEN.findall(text):
        value = quoted or plain
        name = key.lower()
        if not value:
            continue
        if minus:
            (listed["without"] if not name else listed["ignored"]).append(value if not name else f"-{key}:{value}")
        elif name in ("", "prompt", "text"):
            listed["words"].append(value)
        elif name in ("model", "sampler"):
            listed[name + "s"].append(value)
        else:
            read = _read(name, value, now, minutes_east)
            single |= read
            if not read:
                listed["ignored"].append(f"{key}:{value}")
    return PictureSearch(**{name: tuple(values) for name, values in listed.items()}, **single)  # pyright: ignore


def _read(name: str, value: str, now: float, minutes_east: int) -> dict[str, object]:
    """A key with one value, as fields of the search; nothing when it says nothing to us."""
    match name:
        case "is" if value.lower() in STATES:
            return {value.lower(): True}
        case "seed" if NUMBER.fullmatch(value):
            return {"seed": value}
        case "steps" if NUMBER.fullmatch(value) and len(value) < 9:
            return {"steps": int(value)}
        case "size" if found := SIZE.fullmatch(value):
            return {"size": (int(found[1]), int(found[2]))}
        case "board" | "job":
            return {name: value}
        case "date":
            return _dates(value, now, minutes_east)
        case _:
            return {}


def _dates(value: str, now: float, minutes_east: int) -> dict[str, object]:
    first, between, last = value.partition("..")
    start = _span(first, now, minutes_east) if first else (None, None)
    end = (_span(last, now, minutes_east) if last else (None, None)) if between else start
    if start is None or end is None:
        return {}
    found = {"since": start[0], "until": end[1]}
    return {name: moment for name, moment in found.items() if moment is not None}


def _span(text: str, now: float, minutes_east: int) -> tuple[float, float] | None:
    """First and last moment of a day, month or year."""
    shift = timedelta(minutes=minutes_east)
    today = (datetime.fromtimestamp(now, UTC) + shift).date()
    if text.lower() in ("today", "yesterday"):
        first = today - timedelta(days=int(text.lower() == "yesterday"))
        days = 1
    elif found := DATE.fullmatch(text):
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            first = date(year or 0, month or 1, day or 1)
        except ValueError:
            return None
        days = 1 if day else monthrange(first.year, first.month)[1] if month else 365 + _is_leap(first.year)
    else:
        return None
    start = datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() - shift.total_seconds()
    return start, start + days * 86_400


def _is_leap(year: int) -> int:
    return int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
