"""GLIDE's tokenizer, on a vocabulary small enough to check by hand."""

import json

import pytest

from diffusion.text.glide_tokenizer import GlideTokenizer, glide_tokenizer_from_files
from diffusion.text.tokenizer import TokenizerError, byte_alphabet

# GPT-2's first 256 tokens are the bytes; then come merges in order of rank, and last the token that ends a text.
TOKENS = {token: number for number, token in enumerate([*byte_alphabet(), "ca", "cat", "Ġcat", "<|endoftext|>"])}
MERGES = [("c", "a"), ("ca", "t"), ("Ġ", "cat")]


def test_a_prompt_is_lower_cased_merged_and_padded_with_the_last_token():
    prompt = GlideTokenizer(TOKENS, MERGES).encode("Cat cat", 5)
    assert prompt.ids == (257, 258, 259, 259, 259)
    assert prompt.mask == (True, True, False, False, False)
    assert prompt.dropped == 0


def test_nothing_begins_or_ends_an_empty_prompt():
    prompt = GlideTokenizer(TOKENS, MERGES).encode("", 3)
    assert prompt.ids == (259, 259, 259)
    assert not any(prompt.mask)


def test_what_does_not_fit_is_dropped_and_counted():
    prompt = GlideTokenizer(TOKENS, MERGES).encode("cat cat cat", 2)
    assert prompt.ids == (257, 258)
    assert prompt.dropped == 1


def test_the_files_are_those_of_gpt_2(tmp_path):
    (tmp_path / "vocab.json").write_text(json.dumps(TOKENS), encoding="utf-8")
    (tmp_path / "merges.txt").write_text("#version: 0.2\nc a\nca t\nĠ cat\n", encoding="utf-8")
    read = glide_tokenizer_from_files(tmp_path / "vocab.json", tmp_path / "merges.txt")
    assert read.encode("cat", 1).ids == (257,)


def test_a_missing_file_is_named_with_where_it_belongs(tmp_path):
    with pytest.raises(TokenizerError, match=r"vocab\.json.*GPT-2"):
        glide_tokenizer_from_files(tmp_path / "vocab.json", tmp_path / "merges.txt")
