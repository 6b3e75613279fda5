"""The grammar of weighted prompts. Expected weights follow the published descriptions of the two dialects:
ComfyUI's README ("emphasis") and the wiki page "Features" of Automatic1111's web UI ("Attention/emphasis")."""

import pytest

from diffusion.text.emphasis import AUTOMATIC1111, COMFYUI, Span, parse


def weights(text, dialect):
    (section,) = parse(text, dialect)
    return [(span.text, round(span.weight, 4)) for span in section]


@pytest.mark.parametrize("dialect", [COMFYUI, AUTOMATIC1111])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a cat", [("a cat", 1)]),
        ("a (good) cat", [("a ", 1), ("good", 1.1), (" cat", 1)]),
        ("((good))", [("good", 1.21)]),
        ("(good:1.5)", [("good", 1.5)]),
        ("(good: .5 )", [("good", 0.5)]),
        ("(good:-1)", [("good", -1)]),
        ("(not a number:x)", [("not a number:x", 1.1)]),
        (r"smile \(happy\)", [("smile (happy)", 1)]),
        ("a) b", [("a) b", 1)]),
    ],
)
def test_what_both_dialects_agree_on(dialect, text, expected):
    assert weights(text, dialect) == expected


def test_numbers_multiply_through_the_levels_in_one_dialect_and_replace_in_the_other():
    assert weights("((a:1.5) b:2)", AUTOMATIC1111) == [("a", 3), (" b", 2)]
    assert weights("((a:1.5) b:2)", COMFYUI) == [("a", 1.5), (" b", 2)]
    assert weights("((a) b:2)", COMFYUI) == [("a", 2.2), (" b", 2)]


def test_square_brackets_lower_in_one_dialect_and_are_text_in_the_other():
    assert weights("a [b]", AUTOMATIC1111) == [("a ", 1), ("b", 0.9091)]
    assert weights("a [b]", COMFYUI) == [("a [b]", 1)]


def test_an_unclosed_bracket_reaches_to_the_end_in_one_dialect_and_is_text_in_the_other():
    assert weights("a (b", AUTOMATIC1111) == [("a ", 1), ("b", 1.1)]
    assert "".join(text for text, _ in weights("a (b", COMFYUI)) == "a (b"
    assert {weight for _, weight in weights("a (b", COMFYUI)} == {1}


def test_break_begins_a_section_only_as_a_word_of_its_own():
    assert [[span.text for span in section] for section in parse("a BREAK b", COMFYUI)] == [["a "], [" b"]]
    assert len(parse("BREAKFAST break", COMFYUI)) == 1
    assert len(parse("(a BREAK b:1.2)", COMFYUI)) == 2


def test_a_learned_word_keeps_the_weight_of_its_place():
    (section,) = parse("by (embedding:styles/ink.pt:1.2), dark", COMFYUI)
    assert section[1] == Span("styles/ink.pt", 1.2, embedding=True)
    assert [span.text for span in section if not span.embedding] == ["by ", ", dark"]


def test_brackets_deeper_than_anyone_means_are_text():
    (word,) = [span for span in parse("(" * 50_000 + "a" + ")" * 50_000, COMFYUI)[0] if "a" in span.text]
    assert word.weight == pytest.approx(1.1**64)
