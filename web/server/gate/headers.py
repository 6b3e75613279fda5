"""The headers that go back with every answer."""

from aiohttp import web

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def add_headers(response: web.StreamResponse, *, secure: bool) -> None:
    """Add what the answer does not state itself. A response that is already under way is left alone."""
    if response.prepared:
        return
    headers = response.headers
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    page = response.content_type == "text/html"
    headers.setdefault("Content-Security-Policy", PAGE_POLICY if page else API_POLICY)
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers.pop("Server", None)
