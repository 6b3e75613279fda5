"""A problem: what is wrong, where, and what to do, as data that any language can word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One finding about a graph, a file or a run.

    ``code`` is a stable dotted name (``link.type_mismatch``); ``params`` fill its sentence, in whatever language the
    reader has. ``node`` and ``socket`` say where. ``message`` and ``remedy`` are the English sentences, for terminals,
    logs and clients that have no words of their own for the code.
    """

    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    node: str | None = None
    socket: str | None = None
    severity: Severity = "error"
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """The problem as JSON-ready values."""
        return {
            "code": self.code,
            "message": self.message,
            "params": dict(self.params),
            "node": self.node,
            "socket": self.socket,
            "severity": self.severity,
            "remedy": self.remedy,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Problem":
        """The inverse of :meth:`to_json`."""
        return Problem(
            code=value["code"],
            message=value["message"],
            params=value.get("params") or {},
            node=value.get("node"),
            socket=value.get("socket"),
            severity=value.get("severity", "error"),
            remedy=value.get("remedy", ""),
        )


class ProblemError(Exception):
    """Carries problems out of a call that cannot go on. ``problems`` is never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)
