"""The log keeps no secrets and cannot be forged."""

import logging

from web.server.logs import LINE, SafeFormatter, StormFilter, clean


def entry(message: str) -> logging.LogRecord:
    return logging.LogRecord("n", logging.INFO, "f", 1, message, None, None)


def test_tokens_are_hidden_wherever_they_stand() -> None:
    said = clean("GET /?token=abc.DEF&x=1 Authorization: Bearer s3cret cookie noiseloom_8188=sess; b")
    assert "abc" not in said and "s3cret" not in said and "sess" not in said and "x=1" in said


def test_control_characters_are_escaped_and_lines_bounded() -> None:
    line = SafeFormatter("%(message)s").format(entry("a\r\n\x1b[2J\u202e" + "x" * 10_000))
    assert line.startswith("a\\r\\n\\x1b[2J\\u202e") and len(line) == LINE


def test_a_traceback_keeps_its_lines() -> None:
    record = entry("broke")
    try:
        raise ValueError("evil\nFORGED LINE\x1b")
    except ValueError as failure:
        record.exc_info = (ValueError, failure, failure.__traceback__)
    text = SafeFormatter("%(message)s").format(record)
    assert text.startswith("broke\nTraceback") and "\x1b" not in text


def test_a_storm_of_equal_lines_is_let_through_ten_times() -> None:
    storm = StormFilter()
    assert sum(storm.filter(entry("again")) for _ in range(100)) == 10
    assert storm.filter(entry("something else"))
