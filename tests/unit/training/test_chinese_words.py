"""Chinese in CLIP's vocabulary: every caption of the world fits, English is spelt as before, other readers agree."""

import random

import pytest
import torch
from transformers import CLIPTokenizer

from diffusion.text.tokenizer import ClipTokenizer, vocabulary_from_json
from training.chinese_words import END, grown, meanings, spelt, with_chinese
from training.stages.text_encoder import SHORT
from training.tokenizer import BOS, EOS, LENGTH, Vocabulary, build_tokenizer, encode, train_vocabulary
from training.world.captions import draw_caption
from training.world.captions_zh import draw_caption_zh
from training.world.pool import draw_scenes


@pytest.fixture(scope="module")
def english() -> Vocabulary:
    return train_vocabulary(1)


@pytest.fixture(scope="module")
def both(english: Vocabulary) -> Vocabulary:
    return with_chinese(english)


def test_every_chinese_caption_is_as_short_as_an_english_one(both: Vocabulary) -> None:
    tokenizer, rng, end = build_tokenizer(both), random.Random(4), both.vocab[EOS]
    for scene in draw_scenes(500, 4, held_out=False):
        assert encode(tokenizer, draw_caption_zh(scene.description, rng)).index(end) < SHORT


def test_words_of_the_world_are_one_token_each(both: Vocabulary) -> None:
    found = build_tokenizer(both).encode("白色背景上，红色圆形在蓝色三角形的左边", add_special_tokens=False)
    words = ["白色", "背景", "上", "，", "红色", "圆形", "在", "蓝色", "三角形", "的", "左边"]
    assert found.tokens == [spelt(word) + (END if word in "上，左边" else "") for word in words]
    assert {*words} <= {*meanings()}


def test_english_is_spelt_as_before(english: Vocabulary, both: Vocabulary) -> None:
    before, after, rng = build_tokenizer(english), build_tokenizer(both), random.Random(5)
    captions = [draw_caption(scene.description, rng) for scene in draw_scenes(200, 5, held_out=False)]
    for text in [*captions, "Café in Zürich, 2 dogs!", "🙂", "a beautiful mountain; don't"]:
        assert (
            after.encode(text, add_special_tokens=False).tokens == before.encode(text, add_special_tokens=False).tokens
        )


def test_the_marks_stay_last_and_a_second_time_changes_nothing(both: Vocabulary) -> None:
    size = len(both.vocab)
    assert sorted(both.vocab.values()) == list(range(size))
    assert (both.vocab[BOS], both.vocab[EOS]) == (size - 2, size - 1)
    assert with_chinese(both) == both


@pytest.mark.parametrize(
    "prompt", ["三颗黄色爱心", "白色背景上，小的红色圆形在蓝色方块上方", "一只猫 and a red circle。"]
)
def test_other_readers_of_the_vocabulary_agree(both: Vocabulary, prompt: str) -> None:
    ids = encode(build_tokenizer(both), prompt)
    merges = [(left, right) for left, right in (pair.split(" ") for pair in both.merges)]
    published = CLIPTokenizer(vocab=both.vocab, merges=merges, model_max_length=LENGTH)
    assert published(prompt, padding="max_length", truncation=True)["input_ids"] == ids
    assert list(ClipTokenizer(vocabulary_from_json(both.to_json())).encode(prompt).ids) == ids


def test_a_new_word_starts_as_what_it_means(english: Vocabulary, both: Vocabulary) -> None:
    table = torch.randn(len(english.vocab), 8)
    rows = grown(table, english, both)
    red, circle = english.vocab["red</w>"], english.vocab["circle</w>"]
    assert torch.equal(rows[both.vocab[spelt("红色")]], table[red])
    assert torch.equal(rows[both.vocab[spelt("圆形") + END]], table[circle])
    assert torch.equal(rows[both.vocab[EOS]], table[english.vocab[EOS]])
