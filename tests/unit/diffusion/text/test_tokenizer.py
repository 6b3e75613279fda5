"""CLIP's tokenizer against known ids, and vocabularies inside files."""

import pytest

from diffusion.text.tokenizer import (
    ClipTokenizer,
    TokenizerError,
    packaged_vocabulary,
    vocabulary_from_json,
    vocabulary_from_merges,
    vocabulary_to_json,
)


@pytest.fixture(scope="module")
def clip() -> ClipTokenizer:
    return ClipTokenizer(packaged_vocabulary())


def test_a_known_sentence_has_its_published_ids(clip):
    # "a photo of a cat" from OpenAI's CLIP notebook and model cards: 320 1125 539 320 2368.
    assert clip.words("a photo of a cat") == [320, 1125, 539, 320, 2368]


def test_a_prompt_is_framed_and_padded_with_the_end_token(clip):
    ids = clip.encode("a photo of a cat").ids
    assert ids == (49_406, 320, 1125, 539, 320, 2368, *[49_407] * 71)


def test_case_and_runs_of_space_do_not_matter(clip):
    assert clip.words("  A\n\tPhoto   of a CAT ") == clip.words("a photo of a cat")


def test_every_script_has_ids(clip):
    assert clip.words("漢字 🎉 naïve") and clip.encode("漢字").dropped == 0


def test_an_empty_prompt_is_begin_and_end_alone(clip):
    assert clip.encode("").ids == (49_406, *[49_407] * 76)


def test_a_prompt_that_is_too_long_is_cut_and_says_so(clip):
    prompt = clip.encode("cat " * 80)
    assert (len(prompt.ids), prompt.dropped) == (77, 5)
    assert prompt.ids[-1] == 49_407
    assert prompt.note is not None and "5 tokens too long" in prompt.note


def test_it_agrees_with_the_library_that_ships_the_vocabulary(clip):
    from open_clip.tokenizer import SimpleTokenizer

    theirs = SimpleTokenizer()
    for text in ("it's ... 12345 (foo:1.2) <lora:x>", "a red circle above a blue square", "Ünïcödé, 日本語!"):
        assert clip.words(text) == theirs.encode(text)


def test_a_vocabulary_travels_through_json_unchanged():
    vocabulary = vocabulary_from_merges([("r", "e"), ("re", "d</w>")], length=32)
    assert vocabulary_from_json(vocabulary_to_json(vocabulary)) == vocabulary


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[" * 100_000, '{"vocab": {"a": "x"}}', '{"vocab": {}, "merges": ["a"], "bos_token": "b"}'],
)
def test_a_damaged_vocabulary_is_refused(text):
    with pytest.raises(TokenizerError):
        vocabulary_from_json(text)


def test_merges_of_tokens_that_do_not_exist_are_refused():
    vocabulary = vocabulary_from_merges([])
    broken = type(vocabulary)(tokens=vocabulary.tokens, merges=(("qq", "zz"),))
    with pytest.raises(TokenizerError, match="do not fit together"):
        ClipTokenizer(broken)
