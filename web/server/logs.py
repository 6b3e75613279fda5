"""The server's log: rotating, one line an entry, no secrets, no control characters, no storms."""

import logging
import re
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 10 << 20
FILES = 5
LINE = 4096
SAME_PER_MINUTE = 10
FILE_NAME = "noiseloom.log"
TAIL_BYTES = 64 * 1024
SECRETS = re.compile(r"(?i)(token=|bearer\s+|noiseloom_\d+=)[^\s&;,'\"]+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class SafeFormatter(logging.Formatter):
    """Escapes what would forge lines or colour a terminal, and hides tokens. Tracebacks keep their lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry, at most 4 kB (tracebacks four times that)."""
        trace, record.exc_text = record.exc_info, None
        record.exc_info = None
        line = clean(super().format(record))[:LINE]
        record.exc_info = trace
        if trace:
            rows = self.formatException(trace).splitlines()
            line = "\n".join([line, *(clean(row) for row in rows)])[: 4 * LINE]
        return line


def clean(text: str) -> str:
    """The text without secrets and control characters."""
    return CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), SECRETS.sub(r"\1[redacted]", text))


class StormFilter(logging.Filter):
    """Lets the same words through at most ten times a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this entry."""
        key, now = (record.name, record.getMessage()[:200]), time.monotonic()
        since, count = self._seen.get(key, (now, 0))
        if now - since > 60:
            since, count = now, 0
        if len(self._seen) > 1000:
            self._seen.clear()
        self._seen[key] = (since, count + 1)
        return count < SAME_PER_MINUTE


def set_up_logs(folder: Path, level: str) -> None:
    """Send the program's log to the terminal (from ``level``) and to rotating files (from INFO)."""
    folder.mkdir(parents=True, exist_ok=True)
    formatter = SafeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    file = RotatingFileHandler(
        folder / FILE_NAME,
        maxBytes=FILE_BYTES,
        backupCount=FILES - 1,
        encoding="utf-8",
        errors="backslashreplace",
    )
    file.setLevel(min(logging.INFO, logging.getLevelNamesMapping()[level]))
    terminal = logging.StreamHandler()
    terminal.setLevel(level)
    root = logging.getLogger()
    root.setLevel(min(file.level, terminal.level))
    for handler in (file, terminal):
        handler.setFormatter(formatter)
        handler.addFilter(StormFilter())
        root.addHandler(handler)
    for noisy in ("asyncio", "aiohttp.access", "alembic", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def last_lines(folder: Path, most: int | None = None) -> list[str]:
    """The end of the log in ``folder``, at most 64 KiB and ``most`` lines of it; nothing where there is no log yet."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    whole = lines[1:] if size > TAIL_BYTES else lines
    return whole if most is None else whole[-most:]
