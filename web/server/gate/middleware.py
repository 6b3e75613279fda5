"""The one middleware: the gate, failures turned into words, and headers."""

import errno
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

from graph_engine.jobs.job import IllegalMove
from graph_engine.validate.problem import ProblemError
from web.server.gate.gate import Gate
from web.server.gate.headers import add_headers
from web.server.gate.login import login_page
from web.server.persistence.failures import DatabaseAway, DatabaseRefused, StorageFull
from web.server.refusals import TITLES, Refusal, refusal_response, refuse

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def gate_middleware(gate: Gate, headers_arrived: Callable[[web.Request], None]) -> Middleware:
    """Guards every request. ``headers_arrived`` is told of each, to stop the clock on slow senders."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers_arrived(request)
        try:
            response = gate.check(request) or await handler(request)
        except Exception as failure:
            refusal = as_refusal(failure)
            wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
            if refusal.status == 401 and wants_page:
                response = login_page(refusal)
            else:
                response = refusal_response(request, refusal)
            if isinstance(failure, web.HTTPException) and "Allow" in failure.headers:
                response.headers["Allow"] = failure.headers["Allow"]
        if (origin := gate.foreign_origin(request)) is not None and not response.prepared:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if gate.hosts.cors and not response.prepared:
            response.headers["Vary"] = "Origin"
        add_headers(response, secure=gate.secure)
        return response

    return middleware


def as_refusal(failure: Exception) -> Refusal:
    """Any failure as an answer: never a traceback, a path of ours only where the person must act on it."""
    match failure:
        case Refusal():
            return failure
        case StorageFull():
            return refuse(507, "disk.full", str(failure))
        case DatabaseAway():
            return refuse(503, "database.away", "The database cannot be reached now.", "Try again soon.")
        case DatabaseRefused():
            return refuse(503, "database.refused", str(failure))
        case IllegalMove():
            return refuse(409, "job.illegal_move", str(failure))
        case ProblemError():
            return Refusal(422, failure.problems)
        case web.HTTPException():
            title = TITLES.get(failure.status, failure.reason)
            return refuse(failure.status, f"http.{failure.status}", f"{title}.")
        case HttpProcessingError() | UnicodeError() | RecursionError():
            return refuse(400, "request.unreadable", "The request cannot be read.")
        case ConnectionError():
            return refuse(400, "request.cut_off", "The connection ended before the request did.")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return refuse(507, "disk.full", "The disk of the data folder is full.", "Free some space, then try again.")
        case OSError(errno=errno.EACCES | errno.EPERM | errno.EROFS):
            words = "The server may not write to its data folder."
            return refuse(507, "disk.read_only", words, "Give it the right to, or name another with --data-dir.")
        case _:
            incident = secrets.token_hex(4)
            log.error("Incident %s", incident, exc_info=failure)
            words = f"Something broke on our side; the log calls it incident {incident}."
            return refuse(500, "server.broken", words, "Please report it with the log.", incident=incident)
