"""Behind a proxy, and asked by another page: only as far as a person allowed it."""

import json
from collections.abc import Iterator

import pytest

from tests.contract.conftest import Studio, picture_graph, start_studio
from tests.contract.test_life import launch

PUBLIC = "https://studio.example"
FRIEND = "https://friend.example"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server behind a proxy on this machine, with a friendly page elsewhere."""
    options = ("--public-url", PUBLIC, "--trusted-proxy", "127.0.0.1", "--enable-cors-header", FRIEND)
    started = start_studio(tmp_path_factory.mktemp("proxied"), *options, wait=False)
    yield started
    assert started.stop() == 0


def test_the_public_address_is_a_host_and_an_origin_of_ours(proxied: Studio) -> None:
    through = {"Host": "studio.example", "X-Forwarded-For": "203.0.113.9"}
    assert proxied.get("/api/v1/jobs", **through).status == 200
    body = json.dumps({"graph": picture_graph()}).encode()
    made = proxied.ask("POST", "/api/v1/jobs", body, **through, Origin=PUBLIC, Content_Type="application/json")
    assert made.status == 202
    for origin in ("http://studio.example", "https://studio.example:444", "null"):
        refused = proxied.ask("POST", "/api/v1/jobs", body, **through, Origin=origin, Content_Type="application/json")
        assert refused.status == 403
    assert proxied.get("/api/v1/jobs", Host="evil.example").status == 403


def test_forwarded_headers_of_others_are_refused(studio: Studio) -> None:
    assert studio.get("/api/v1/jobs", X_Forwarded_For="203.0.113.9").status == 403


def test_a_named_page_may_ask_and_no_other(proxied: Studio) -> None:
    asked = proxied.get("/api/v1/jobs", Origin=FRIEND, Sec_Fetch_Site="cross-site")
    assert asked.status == 200 and asked.headers["Access-Control-Allow-Origin"] == FRIEND
    assert asked.headers["Vary"] == "Origin" and "Access-Control-Allow-Credentials" not in asked.headers
    before = proxied.ask("OPTIONS", "/api/v1/jobs", Origin=FRIEND, Access_Control_Request_Method="POST")
    assert before.status == 204 and "POST" in before.headers["Access-Control-Allow-Methods"]
    for other in ("https://friend.example.evil", "http://friend.example", "null"):
        refused = proxied.get("/api/v1/jobs", Origin=other, Sec_Fetch_Site="cross-site")
        assert refused.status == 403 and "Access-Control-Allow-Origin" not in refused.headers
        assert proxied.ask("OPTIONS", "/api/v1/jobs", Origin=other).status in (403, 405)


def test_without_the_option_no_page_is_named(studio: Studio) -> None:
    answer = studio.get("/api/v1/jobs", Origin=FRIEND)
    assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("value", ["*", "null", "https://a.example/path", "friend.example"])
def test_all_pages_are_never_allowed(value: str) -> None:
    refused = launch("--enable-cors-header", value, "--port", "0")
    assert refused.returncode == 2 and "https://name" in refused.stderr
