"""The gate from outside: where a request may come from, and what it may bring."""

import json
import socket
from typing import Any

import pytest

from compat.comfyui.server.routes import ROUTES
from tests.contract.conftest import Studio, start_studio
from web.server.routes import api_endpoints

PATHS = sorted(
    {(item.method, item.path.replace("{path:.+}", "x.png")) for item in api_endpoints()}
    | {(method, prefix + path) for method, path, _ in ROUTES for prefix in ("", "/api")}
    | {("GET", "/"), ("GET", "/assets/index-12345678.js")}
)
"""The routers' own lists, so that a new route cannot be forgotten here."""


def raw(port: int, text: str | bytes, seconds: float = 5) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(text.encode() if isinstance(text, str) else text)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
        return answer


def status(port: int, method: str, path: str, *headers: str, body: str = "") -> int:
    length = [f"Content-Length: {len(body)}"] if method in ("POST", "PUT", "PATCH", "DELETE") else []
    lines = [f"{method} {path} HTTP/1.1", *headers, *length, "Connection: close"]
    return int(raw(port, "\r\n".join(lines) + "\r\n\r\n" + body).split()[1])


@pytest.mark.parametrize("method,path", PATHS)
def test_every_route_refuses_foreign_names_and_pages(studio: Studio, method: str, path: str) -> None:
    port = studio.port
    ours = f"Host: 127.0.0.1:{port}"
    for headers in (
        (f"Host: evil.test:{port}",),
        ("Host: 127.0.0.1",),
        (ours, "Origin: http://evil.test"),
        (ours, "Origin: null"),
        (ours, "Origin: http://127.0.0.1:9999", "Sec-Fetch-Site: same-site"),
        (ours, "Sec-Fetch-Site: cross-site"),
    ):
        assert status(port, method, path, *headers) == 403, headers


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.test",
        "127.0.0.1.",
        "127.0.0.1:{port}@evil",
        "0.0.0.0:{port}",
        "127.0.0.1.evil.test:{port}",
        "localhost:{port}.evil.test",
        "[::1]",
        "127.0.0.1:1",
    ],
)
def test_hosts_that_are_not_ours(studio: Studio, host: str) -> None:
    assert status(studio.port, "GET", "/queue", f"Host: {host.format(port=studio.port)}") in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_hosts_that_are_ours(studio: Studio, host: str) -> None:
    own = host.format(port=studio.port)
    assert status(studio.port, "GET", "/queue", f"Host: {own}") == 200
    assert status(studio.port, "GET", "/queue", f"Host: {own}", f"Origin: http://{own.lower()}") == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost.evil.test:{port}",
        "http://127.0.0.1.evil.test",
        "http://127.0.0.1:{port}@evil",
        "http://[::1]",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}",
    ],
)
def test_origins_that_look_like_ours(studio: Studio, origin: str) -> None:
    own = f"Host: 127.0.0.1:{studio.port}"
    assert status(studio.port, "POST", "/interrupt", own, f"Origin: {origin.format(port=studio.port)}") == 403


def test_absolute_targets_and_two_hosts_are_refused(studio: Studio) -> None:
    port = studio.port
    assert status(port, "GET", f"http://127.0.0.1:{port}/queue", f"Host: 127.0.0.1:{port}") == 400
    assert status(port, "GET", "http://127.0.0.1/queue", "Host: evil.test") == 400
    assert status(port, "GET", "/queue", f"Host: 127.0.0.1:{port}", "Host: evil.test") == 400
    assert status(port, "OPTIONS", "*", f"Host: 127.0.0.1:{port}") in (400, 405)


def test_a_plain_visit_from_another_page_is_let_in_to_the_page_only(studio: Studio) -> None:
    visit = (
        f"Host: 127.0.0.1:{studio.port}",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
    )
    assert status(studio.port, "GET", "/", *visit) == 200
    assert status(studio.port, "GET", "/queue", *visit) == 403


def test_no_get_changes_state_and_there_are_no_wildcard_methods(studio: Studio) -> None:
    for path in ("/interrupt", "/free", "/upload/image"):
        assert studio.get(path).status in (404, 405)
    assert studio.get("/queue?clear=true").status == 200
    for path in ("/prompt", "/queue", "/", "/api/v1/jobs"):
        assert studio.ask("TRACE", path).status == 405


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_page_must_send_json_while_a_script_may_name_it_as_it_likes(studio: Studio, kind: str) -> None:
    own = f"http://127.0.0.1:{studio.port}"
    assert studio.post("/prompt", {"prompt": {}}, Content_Type=kind, Origin=own).status == 415
    assert studio.post("/prompt", {"prompt": {}}, Content_Type=kind).status == 400
    assert studio.post("/prompt", {"prompt": {}}, Content_Type="application/json", Origin=own).status == 400


def test_a_proxy_in_front_of_a_server_without_token_is_refused(studio: Studio) -> None:
    for name in ("X_Forwarded_For", "Forwarded", "Via"):
        assert studio.get("/queue", **{name: "1.2.3.4"}).status == 403


def test_headers_that_keep_the_page_from_being_framed_or_fooled(studio: Studio) -> None:
    page, api = studio.get("/").headers, studio.get("/api/v1/system").headers
    assert "script-src 'self'" in page["Content-Security-Policy"] and "'unsafe" not in page["Content-Security-Policy"]
    assert api["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    for headers in (page, api, studio.get("/api/v1/none").headers):
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin" and headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers
    assert api["Cache-Control"] == "no-store"


DEEP = "[" * 100_000 + "]" * 100_000
BAD_JSON = {
    "deep": DEEP,
    "deeper than 100": '{"a":' * 101 + "1" + "}" * 101,
    "NaN": '{"prompt": NaN}',
    "infinity": '{"prompt": 1e400}',
    "long integer": '{"prompt": ' + "9" * 5000 + "}",
    "duplicate keys": '{"prompt": {}, "prompt": {}}',
    "lone surrogate": '{"prompt": "\\ud800"}',
    "cut off": '{"prompt": {',
    "not UTF-8": b'{"prompt": "\xff\xfe"}',
    "a list": "[]",
}


@pytest.mark.parametrize("name", BAD_JSON)
@pytest.mark.parametrize("path", ["/prompt", "/api/v1/jobs", "/queue", "/api/v1/workflows/validate"])
def test_json_that_is_meant_to_hurt_is_refused_quickly(studio: Studio, name: str, path: str) -> None:
    body = BAD_JSON[name]
    answer = studio.post(path, body if isinstance(body, bytes) else body.encode())
    assert answer.status in (400, 422), answer.body
    assert b"Traceback" not in answer.body


def test_a_body_beyond_the_limit_is_refused(studio: Studio) -> None:
    port = studio.port
    head = f"POST /prompt HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {17 << 20}\r\n\r\n"
    assert raw(port, head).split()[1] == b"413"
    chunks = f"POST /prompt HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    assert raw(port, chunks + chunk * 17 + b"0\r\n\r\n").split()[1] == b"413"


def test_compressed_bodies_are_not_taken(studio: Studio) -> None:
    assert studio.post("/prompt", b"x", Content_Encoding="gzip").status == 415


def test_odd_names_in_a_graph_are_only_names(studio: Studio) -> None:
    for odd in ("__proto__", "constructor", "<img src=x>", "\u202e", "a" * 200):
        graph = {
            odd: {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}},
            "out": {"class_type": "PreviewImage", "inputs": {"images": [odd, 0]}},
        }
        assert studio.run(graph)["state"] == "succeeded"
    for key in ("", "x" * 201):
        assert studio.post("/prompt", {"prompt": {key: {"class_type": "EmptyImage", "inputs": {}}}}).status == 400


@pytest.mark.parametrize(
    "request_text",
    [
        "GET /queue HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: +1\r\n\r\n",
        "POST /prompt HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /prompt HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n",
        "GET /queue HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_malformed_requests_are_400(studio: Studio, request_text: str) -> None:
    assert raw(studio.port, request_text.replace("{port}", str(studio.port))).split()[1] == b"400"


def test_nul_in_an_upload_name_is_no_server_error(studio: Studio) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a\x00b.png"\r\n\r\nx\r\n--b--\r\n'
    answer = studio.post("/upload/image", body, Content_Type="multipart/form-data; boundary=b")
    assert answer.status in (400, 415, 422)


TOKEN = "$2b$a token with odd/characters"
IN_QUERY = "%242b%24a%20token%20with%20odd%2Fcharacters"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: Any) -> Any:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "token").write_text("$2b$a token with odd/characters\n")
    started = start_studio(folder, "--token-file", str(folder / "token"), "--allow-host", "studio.test", wait=False)
    yield started
    started.stop()
    assert b"odd/characters" not in b"".join(
        p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "token"
    )


def test_every_route_but_health_asks_for_it(guarded: Studio) -> None:
    for method, path in PATHS:
        expected = 200 if path == "/healthz" else 401
        assert status(guarded.port, method, path, f"Host: 127.0.0.1:{guarded.port}") == expected, (method, path)


def test_header_query_and_cookie_let_in(guarded: Studio) -> None:
    assert guarded.get("/healthz").status == 200
    assert guarded.get("/queue", Authorization=f"Bearer {TOKEN}").status == 200
    assert guarded.get(f"/queue?token={IN_QUERY}").status == 200
    page = raw(
        guarded.port,
        f"GET /?token={IN_QUERY}&a=1 HTTP/1.1\r\nHost: 127.0.0.1:{guarded.port}\r\nAccept: text/html\r\n\r\n",
    ).decode()
    assert page.startswith("HTTP/1.1 303") and "Location: /?a=1\r\n" in page
    assert "HttpOnly" in page and "SameSite=Strict" in page
    cookie = page.split("Set-Cookie: ")[1].split(";")[0]
    assert cookie.startswith(f"noiseloom_{guarded.port}=")
    assert guarded.get("/queue", Cookie=cookie).status == 200
    assert guarded.post("/interrupt", Cookie=cookie).status == 403
    own = f"http://127.0.0.1:{guarded.port}"
    assert guarded.post("/interrupt", Cookie=cookie, Origin=own).status == 200


def test_the_redirect_stays_here(guarded: Studio) -> None:
    for path in ("//evil.test/", "/\\evil.test", "///evil.test"):
        text = raw(
            guarded.port,
            f"GET {path}?token={IN_QUERY} HTTP/1.1\r\nHost: 127.0.0.1:{guarded.port}\r\nAccept: text/html\r\n\r\n",
        ).decode()
        if " 303 " in text:
            where = text.split("Location: ")[1].split("\r\n")[0]
            assert where.startswith("/") and not where.startswith(("//", "/\\"))


def test_a_page_gets_a_form_and_an_added_name_is_known(guarded: Studio) -> None:
    answer = guarded.get("/", Accept="text/html")
    assert answer.status == 401 and b"<form" in answer.body
    bearer = f"Authorization: Bearer {TOKEN}"
    for host in ("studio.test", "studio.test:443"):
        assert status(guarded.port, "GET", "/queue", f"Host: {host}", bearer, f"Origin: https://{host}") == 200
    assert status(guarded.port, "GET", "/queue", "Host: studio.test.evil", bearer) == 403


def test_guesses_are_counted(guarded: Studio) -> None:
    codes = [guarded.get("/queue", Authorization="Bearer wrong-guess").status for _ in range(12)]
    assert codes[0] == 401 and codes[-1] == 429
    log = (guarded.data / "logs" / "noiseloom.log").read_text()
    assert "wrong-guess" not in log and json.dumps(TOKEN) not in log
