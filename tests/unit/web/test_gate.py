"""The parts of the gate by themselves: names, tokens, slow senders."""

import asyncio
import errno
import time
from pathlib import Path

import pytest

from web.server.gate.connections import ConnectionWatch
from web.server.gate.hosts import LOOPBACK, HostRules
from web.server.gate.middleware import as_refusal
from web.server.gate.tokens import TokenKeeper, digest_of, load_or_make_token

RULES = HostRules(port=8188, scheme="http", names=LOOPBACK, allowed=("studio.example", "other.example:444"))


@pytest.mark.parametrize(
    "host,known",
    [
        ("127.0.0.1:8188", True),
        ("LocalHost:8188", True),
        ("[::1]:8188", True),
        ("studio.example", True),
        ("studio.example:8443", True),
        ("other.example:444", True),
        ("127.0.0.1", False),
        ("127.0.0.1:8189", False),
        ("127.0.0.1.:8188", False),
        ("other.example", False),
        ("other.example:445", False),
        ("evil.studio.example", False),
        ("studio.example.evil", False),
        ("192.168.1.5:8188", False),
        ("", False),
        (":8188", False),
    ],
)
def test_a_host_is_known_whole_or_not_at_all(host: str, known: bool) -> None:
    assert RULES.host_is_known(host) is known


def test_the_default_port_may_be_left_out() -> None:
    assert HostRules(port=80, scheme="http", names=LOOPBACK).host_is_known("localhost")
    assert not HostRules(port=80, scheme="https", names=LOOPBACK).host_is_known("localhost")


def test_a_server_on_all_addresses_is_known_by_any_address_but_by_no_name() -> None:
    rules = HostRules(port=8188, scheme="http", names=LOOPBACK, addresses=True)
    assert rules.host_is_known("192.168.1.5:8188") and rules.host_is_known("[fe80::1]:8188")
    assert not rules.host_is_known("evil.test:8188") and not rules.host_is_known("192.168.1.5:80")


@pytest.mark.parametrize(
    "origin,host,ours",
    [
        ("http://127.0.0.1:8188", "127.0.0.1:8188", True),
        ("http://localhost:8188", "127.0.0.1:8188", False),
        ("https://127.0.0.1:8188", "127.0.0.1:8188", False),
        ("null", "127.0.0.1:8188", False),
        ("https://studio.example", "studio.example", True),
        ("http://studio.example", "studio.example", True),
        ("https://studio.example:1", "studio.example", False),
    ],
)
def test_an_origin_is_the_page_served_under_that_very_host(origin: str, host: str, ours: bool) -> None:
    assert RULES.origin_is_ours(origin, host) is ours


def test_a_token_is_made_once_and_only_its_digest_is_kept(tmp_path: Path) -> None:
    keeper, token = load_or_make_token(tmp_path, None)
    assert token is not None and keeper.accepts(token) and not keeper.accepts(token + "x")
    assert token not in (tmp_path / "token.sha256").read_text()
    again, fresh = load_or_make_token(tmp_path, None)
    assert fresh is None and again.accepts(token)


def test_a_new_token_ends_every_session() -> None:
    old = TokenKeeper(digest_of("one"))
    session = old.new_session()
    assert old.knows_session(session) and not TokenKeeper(digest_of("two")).knows_session(session)


def test_odd_tokens_are_compared_without_failing() -> None:
    keeper = TokenKeeper(digest_of("ü$2b$ \udc80"))
    assert keeper.accepts("ü$2b$ \udc80") and not keeper.accepts("\ud800")  # pyright: ignore


def test_ten_misses_of_a_peer_are_enough_for_a_minute() -> None:
    keeper = TokenKeeper(digest_of("x"))
    for _ in range(10):
        assert not keeper.too_many_misses("a")
        keeper.note_miss("a")
    assert keeper.too_many_misses("a") and not keeper.too_many_misses("b")


class Silent(asyncio.Protocol):
    """A protocol that never answers."""


async def test_connections_that_send_no_headers_are_closed_and_one_too_many_is_refused() -> None:
    watch = ConnectionWatch(limit=2, header_seconds=1.0)
    server = await asyncio.get_running_loop().create_server(watch.factory(Silent), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    first, second, third = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    begin = time.monotonic()
    assert await third[0].read() == b"" and time.monotonic() - begin < 0.9
    first[1].write(b"GET / HTTP/1.1\r\nHo")
    assert await first[0].read() == b"" and await second[0].read() == b""
    assert 0.9 < time.monotonic() - begin < 10
    for _, writer in (first, second, third):
        writer.close()
    server.close()


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 507, "disk.full"), (errno.EROFS, 507, "disk.read_only"), (errno.EIO, 500, "server.broken")],
)
def test_a_file_that_cannot_be_written_is_refused_with_what_to_do(number: int, status: int, code: str) -> None:
    refusal = as_refusal(OSError(number, "words", "/home/somebody/data/a.json"))
    assert (refusal.status, refusal.problems[0].code) == (status, code)
    assert refusal.problems[0].remedy and "somebody" not in refusal.problems[0].message
