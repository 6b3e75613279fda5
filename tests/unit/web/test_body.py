"""Strict JSON."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.server.body import nesting, parse_json
from web.server.refusals import Refusal

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_every_json_value_reads_back(value: object, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode(), 100) == value


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "[Infinity]",
        "1e999",
        "-1e999",
        "9" * 500,
        '{"a":1,"a":1}',
        '"\\ud800"',
        '"\\udc00\\ud800"',
        "{",
        "",
        "[1,]",
        '"\\ud83d"',
    ],
)
def test_what_json_readers_differ_on_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_json(text.encode(), 100)
    assert refused.value.status == 400


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"', 100) == "😀"


def test_depth_is_counted_outside_of_strings_and_in_linear_time() -> None:
    assert nesting(b'{"a": ["[[[[", "\\"[[", {}]}') == 3
    begin = time.perf_counter()
    with pytest.raises(Refusal):
        parse_json(b"[" * 1_000_000, 100)
    parse_json(b'"' + b"[" * 1_000_000 + b'"', 100)
    assert time.perf_counter() - begin < 2


def test_seeds_beyond_64_bits_of_sign_stay_whole() -> None:
    assert parse_json(str(2**64 - 1).encode(), 100) == 2**64 - 1


def test_a_key_stated_twice_among_many_is_found_in_linear_time() -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(100_000))
    started = time.monotonic()
    with pytest.raises(Refusal, match="'k99999' is stated twice"):
        parse_json(f'{{{keys}, "k99999": 2}}'.encode(), 100)
    assert time.monotonic() - started < 10
