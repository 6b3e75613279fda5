"""One event in its place in the sequence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class EventRecord:
    """``seq`` counts over all jobs and restarts; ``job_id`` is empty for what concerns no job; ``time`` is seconds."""

    seq: int
    job_id: str
    time: float
    event: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"seq": self.seq, "job_id": self.job_id, "time": self.time, "event": dict(self.event)}

    @cached_property
    def text(self) -> str:
        """As it travels; made once for all watchers."""
        return json.dumps(self.to_json(), separators=(",", ":"))


@dataclass(frozen=True)
class PreviewFrame:
    """A picture of where a node is: told to who watches now, never stored."""

    job_id: str
    node: str
    media_type: str
    data: bytes
    value: int
    total: int
    place: Mapping[str, Any] | None = None
    """Where a node that came of an expansion belongs: ``display``, ``parent`` and ``real`` node."""

    @cached_property
    def frame(self) -> bytes:
        """uint32 big-endian header length, JSON header, picture."""
        header = json.dumps(
            {
                "type": "node.preview",
                "job_id": self.job_id,
                "node": self.node,
                "media_type": self.media_type,
                "value": self.value,
                "total": self.total,
                **({} if self.place is None else {"place": dict(self.place)}),
            }
        ).encode()
        return len(header).to_bytes(4, "big") + header + self.data
