"""The starter's vocabulary spells any prompt and travels as JSON."""

import pytest
from tokenizers import Tokenizer
from transformers import CLIPTokenizer

from training.tokenizer import BOS, EOS, LENGTH, Vocabulary, build_tokenizer, encode, train_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return train_vocabulary(1)


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return build_tokenizer(vocabulary)


def test_the_vocabulary_is_small_and_ends_with_the_two_marks(vocabulary: Vocabulary) -> None:
    assert 1000 <= len(vocabulary.vocab) <= 1500
    assert sorted(vocabulary.vocab.values()) == list(range(len(vocabulary.vocab)))
    assert vocabulary.vocab[BOS] == len(vocabulary.vocab) - 2 and vocabulary.vocab[EOS] == len(vocabulary.vocab) - 1


def test_training_gives_the_same_vocabulary_every_time(vocabulary: Vocabulary) -> None:
    assert train_vocabulary(1) == vocabulary


def test_words_of_the_world_are_one_token_each(tokenizer: Tokenizer) -> None:
    text = "a red circle above a blue square on a white background"
    assert tokenizer.encode(text, add_special_tokens=False).tokens == [f"{word}</w>" for word in text.split()]


@pytest.mark.parametrize("prompt", ["a red circle", "Café in Zürich, 2 dogs!", "三只猫", "🙂", ""])
def test_any_prompt_becomes_77_ids_as_cliptokenizer_has_them(
    prompt: str, vocabulary: Vocabulary, tokenizer: Tokenizer
) -> None:
    merges = [(left, right) for left, right in (pair.split(" ") for pair in vocabulary.merges)]
    reference = CLIPTokenizer(vocab=vocabulary.vocab, merges=merges, model_max_length=LENGTH)
    ids = encode(tokenizer, prompt)
    assert ids == reference(prompt, padding="max_length", truncation=True)["input_ids"]


def test_a_long_prompt_is_cut_to_77_ids_with_an_end(vocabulary: Vocabulary, tokenizer: Tokenizer) -> None:
    ids = encode(tokenizer, "a red circle " * 60)
    assert len(ids) == LENGTH and ids[-1] == vocabulary.vocab[EOS]


def test_json_brings_the_vocabulary_back(vocabulary: Vocabulary) -> None:
    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary
