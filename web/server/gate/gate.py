"""Who may come in. The order of checks is the order of the code; every request passes, sockets and files too."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from web.server.gate.hosts import HostRules
from web.server.gate.tokens import TokenKeeper
from web.server.refusals import refuse

log = logging.getLogger(__name__)

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OPEN_PATHS = frozenset({"/healthz"})
CORS_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
CORS_HEADERS = "Authorization, Content-Type"
JSON_TYPES = frozenset({"application/json"})


@dataclass(frozen=True)
class Gate:
    """The rules of one server. ``tokens`` is None on loopback, where being on the machine is enough."""

    hosts: HostRules
    tokens: TokenKeeper | None = None
    secure: bool = False
    proxies: frozenset[str] = frozenset()
    """Addresses of proxies whose word on who asks is taken."""

    @property
    def cookie(self) -> str:
        """The name of the session cookie. Cookies are shared by all ports of a host, so the port is in the name."""
        return f"{'__Host-' if self.secure else ''}noiseloom_{self.hosts.port}"

    def check(self, request: web.Request) -> web.StreamResponse | None:
        """Raise a refusal, or answer with a redirect that takes the token out of the address; None lets it in."""
        if not request.raw_path.startswith("/"):
            raise refuse(400, "gate.bad_target", "The request's target must be a path.")
        host = self._host(request)
        self._check_proxy(request)
        if request.method == "OPTIONS" and self.foreign_origin(request) is not None:
            return self._preflight()
        self._check_origin(request, host)
        redirect = self._check_token(request)
        self._check_content_type(request)
        return redirect

    def _host(self, request: web.Request) -> str:
        values = request.headers.getall("Host", [])
        if len(values) != 1 or not self.hosts.host_is_known(values[0]):
            raise refuse(
                403,
                "gate.unknown_host",
                "This server is not known under that name.",
                "Open it under the address it printed, or start it with --allow-host NAME.",
            )
        return values[0]

    def foreign_origin(self, request: web.Request) -> str | None:
        """The origin of another page that may ask us, if this request comes from one."""
        origins = request.headers.getall("Origin", [])
        return origins[0] if len(origins) == 1 and origins[0] in self.hosts.cors else None

    def _preflight(self) -> web.Response:
        allowed = {"Access-Control-Allow-Methods": CORS_METHODS, "Access-Control-Allow-Headers": CORS_HEADERS}
        return web.Response(status=204, headers={**allowed, "Access-Control-Max-Age": "600"})

    def _peer(self, request: web.Request) -> str:
        """Who asks: behind a trusted proxy the one it names, which is the last in its list."""
        peer = request.remote or ""
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return named if named and peer in self.proxies else peer

    def _check_proxy(self, request: web.Request) -> None:
        if self.tokens is not None or self.hosts.allowed or request.remote in self.proxies:
            return
        if any(name in request.headers for name in FORWARDED):
            log.warning("A request came through a proxy and was refused: start with --allow-host NAME and a token.")
            raise refuse(
                403,
                "gate.behind_proxy",
                "This request came through a proxy, where anyone may stand.",
                "Start the server with --trusted-proxy ADDRESS and --public-url, and with --token-file if others can "
                "reach the proxy.",
            )

    def _check_origin(self, request: web.Request, host: str) -> None:
        headers = request.headers
        if self.foreign_origin(request) is not None:
            return
        origins = headers.getall("Origin", [])
        if origins and (len(origins) != 1 or not self.hosts.origin_is_ours(origins[0], host)):
            raise _foreign()
        site = headers.get("Sec-Fetch-Site")
        if site not in (None, "same-origin", "none") and not _is_plain_visit(request):
            raise _foreign()
        if not origins and request.method in CHANGING and self.cookie in request.cookies:
            raise _foreign()

    def _check_token(self, request: web.Request) -> web.StreamResponse | None:
        if self.tokens is None or request.path in OPEN_PATHS:
            return None
        peer = self._peer(request)
        if self.tokens.too_many_misses(peer):
            raise refuse(429, "gate.too_many_guesses", "Too many wrong tokens.", "Wait a minute.")
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        shown = bearer.strip() if scheme.lower() == "bearer" else None
        in_query = request.query.get("token") if shown is None else None
        token = shown if shown is not None else in_query
        if token is not None:
            if not self.tokens.accepts(token):
                self.tokens.note_miss(peer)
                raise _no_token("That token is not the right one.")
            if in_query is not None and request.method == "GET" and _accepts_page(request.headers):
                return self._clean_redirect(request)
            return None
        if self.tokens.knows_session(request.cookies.get(self.cookie, "")):
            return None
        raise _no_token("This server asks for its token.")

    def _clean_redirect(self, request: web.Request) -> web.StreamResponse:
        assert self.tokens is not None
        rest = {name: value for name, value in request.query.items() if name != "token"}
        # Built from the path alone, so that it can only lead back here ("//host" would lead away).
        target = "/" + request.path.lstrip("/\\")
        response = web.Response(
            status=303, headers={"Location": str(request.rel_url.with_path(target).with_query(rest))}
        )
        response.set_cookie(
            self.cookie, self.tokens.new_session(), path="/", httponly=True, samesite="Strict", secure=self.secure
        )
        return response

    def _check_content_type(self, request: web.Request) -> None:
        """Only for what a browser sends: scripts post JSON under all kinds of names.

        A browser states ``Sec-Fetch-Site`` with its other ``Sec-Fetch-`` headers; ``fetch`` in Node states the mode
        alone.
        """
        browser = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers or self.cookie in request.cookies
        if not browser or request.method not in ("POST", "PUT", "PATCH") or not request.can_read_body:
            return
        if request.content_type in JSON_TYPES:
            return
        if request.content_type == "multipart/form-data" and takes_uploads(request.path):
            return
        raise refuse(415, "gate.content_type", "A page must send application/json here.")


def takes_uploads(path: str) -> bool:
    """Whether this path takes multipart forms."""
    return path.removeprefix("/api") in ("/v1/images", "/upload/image", "/upload/mask")


def _is_plain_visit(request: web.Request) -> bool:
    """Someone followed a link to the page itself."""
    headers = request.headers
    mode, target = headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")
    return request.method == "GET" and request.path == "/" and mode == "navigate" and target == "document"


def _accepts_page(headers: Mapping[str, str]) -> bool:
    return "text/html" in headers.get("Accept", "")


def _foreign() -> Exception:
    return refuse(
        403,
        "gate.foreign_origin",
        "Another page asked for this; only this server's own page may.",
        "Scripts: leave out the Origin header.",
    )


def _no_token(message: str) -> Exception:
    refusal = refuse(
        401, "gate.token", message, "Send it as 'Authorization: Bearer …', or open /?token=… in the browser."
    )
    refusal.headers = {"WWW-Authenticate": "Bearer"}
    return refusal
