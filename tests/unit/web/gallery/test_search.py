"""The gallery's search language."""

from datetime import UTC, datetime

from web.server.gallery.search import parse_search

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC).timestamp()


def day(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # pyright: ignore


def test_words_phrases_keys_and_what_is_not_wanted_are_told_apart() -> None:
    found = parse_search('red "blue house" -snow model:sd seed:8120 is:star board:"best of"', now=NOW)
    assert found.words == ("red", "blue house") and found.without == ("snow",)
    assert found.models == ("sd",) and found.seed == "8120" and found.star and found.board == "best of"
    assert found.ignored == ()


def test_a_month_a_day_and_a_range_are_spans() -> None:
    month = parse_search("date:2026-11", now=NOW)
    assert (month.since, month.until) == (day(2026, 11, 1), day(2026, 12, 1))
    one = parse_search("date:2024-02-29", now=NOW)
    assert (one.since, one.until) == (day(2024, 2, 29), day(2024, 3, 1))
    open_end = parse_search("date:2025..", now=NOW)
    assert (open_end.since, open_end.until) == (day(2025, 1, 1), None)
    both = parse_search("date:2024..2025-06", now=NOW)
    assert (both.since, both.until) == (day(2024, 1, 1), day(2025, 7, 1))


def test_today_is_that_of_the_person_s_clock() -> None:
    west = parse_search("date:today", now=NOW, minutes_east=-120)
    assert (west.since, west.until) == (day(2026, 11, 20, 2), day(2026, 11, 21, 2))


def test_what_cannot_be_understood_is_named_not_searched_for() -> None:
    found = parse_search("seed:abc date:2026-13 is:nice colour:red -model:sd tree", now=NOW)
    assert found.words == ("tree",)
    assert found.ignored == ("seed:abc", "date:2026-13", "is:nice", "colour:red", "-model:sd")


def test_a_seed_of_any_length_is_taken_as_text() -> None:
    assert parse_search("seed:18446744073709551615", now=NOW).seed == "18446744073709551615"


def test_the_first_year_of_the_calendar_is_a_date_on_every_clock() -> None:
    for minutes in (900, -900):
        assert parse_search("date:0001", now=NOW, minutes_east=minutes).since == day(1, 1, 1) - 60 * minutes
