"""How a request is refused: one exception, one shape for our API, one for ComfyUI's routes and the rest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from graph_engine.validate.problem import Problem

TITLES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed from there",
    404: "Not found",
    405: "Method not allowed",
    409: "Its state does not allow that",
    413: "Too large",
    415: "Not a kind of content that is taken here",
    417: "Expectation failed",
    422: "What was sent has problems",
    429: "Too many",
    500: "Something broke on our side",
    503: "Not ready",
    507: "The disk takes nothing now",
}
API_PREFIX = "/api/v1/"


class Refusal(Exception):  # noqa: N818 - reads as what it is
    """Ends a request with ``status`` and at least one problem."""

    def __init__(
        self, status: int, problems: Problem | Sequence[Problem], *, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.headers: Mapping[str, str] = headers or {}
        super().__init__(self.problems[0].message)


def refuse(status: int, code: str, message: str, remedy: str = "", **params: Any) -> Refusal:
    """A refusal with one problem, ready to be raised."""
    return Refusal(status, Problem(code=code, message=message, remedy=remedy, params=params))


def refusal_response(request: web.BaseRequest, refusal: Refusal) -> web.Response:
    """The refusal as the caller expects it: problem+json for our API, ``{"error": …}`` elsewhere."""
    first = refusal.problems[0]
    if request.path.startswith(API_PREFIX):
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": TITLES.get(refusal.status, "Refused"),
            "status": refusal.status,
            "detail": " ".join(part for part in (first.message, first.remedy) if part),
            "problems": [problem.to_json() for problem in refusal.problems],
        }
        media = "application/problem+json"
    else:
        details = first.remedy
        body = {"error": {"type": first.code, "message": first.message, "details": details, "extra_info": {}}}
        media = "application/json"
    response = web.Response(status=refusal.status, body=json.dumps(body).encode(), content_type=media)
    response.headers.update(refusal.headers)
    return response
