import pytest

from graph_engine.files.json_text import read_json


def test_half_a_character_is_replaced_and_whole_ones_are_kept():
    assert read_json(r'{"a\ud800": ["\udfff!", "\ud83d\ude00", "\u00e9"]}') == {"a?": ["?!", "😀", "é"]}


@pytest.mark.parametrize("text", ["[" * 100_000, b"\xff", "", "{", "9" * 5000])
def test_what_cannot_be_read_fails_in_one_way(text: str | bytes):
    with pytest.raises(ValueError):
        read_json(text)
