"""Long prompts in windows."""

import pytest
import torch

from diffusion.text.chunks import ids_of, weights_of, windows_of, with_vectors
from diffusion.text.emphasis import parse
from diffusion.text.tokenizer import ClipTokenizer, packaged_vocabulary


@pytest.fixture(scope="module")
def clip():
    return ClipTokenizer(packaged_vocabulary())


def packed(text, tokenizer, **options):
    return windows_of(parse(text), tokenizer, **options)


@pytest.mark.parametrize(("words", "windows"), [(0, 1), (75, 1), (76, 2), (150, 2), (151, 3)])
def test_a_prompt_takes_a_window_for_every_75_tokens(clip, words, windows):
    made = packed("cat " * words, clip)
    assert len(made) == windows
    assert {len(window.tokens) for window in made} == {77}
    assert sum(window.ids.count(2368) for window in made) == words


def test_every_window_is_framed_and_padded(clip):
    assert packed("cat", clip)[0].ids == clip.encode("cat").ids


def test_break_begins_a_new_window(clip):
    first, second = packed("red BREAK blue", clip)
    assert (first.ids, second.ids) == (clip.encode("red").ids, clip.encode("blue").ids)


def test_a_word_is_not_cut_in_two_unless_it_is_very_long(clip):
    word = clip.words("noiseloom")
    assert 1 < len(word) < 8
    _, second = packed("cat " * 74 + "noiseloom", clip)
    assert list(second.ids[1 : 1 + len(word)]) == word
    first, _ = packed("cat " * 74 + "noiseloom" * 8, clip)
    assert first.ids[75] != clip.end_id


def test_a_cut_may_go_back_to_a_comma(clip):
    text = "cat " * 60 + "end, " + "dog " * 20
    dog = clip.words("dog")[0]
    _, plain = packed(text, clip)
    _, kept = packed(text, clip, back_track=20)
    assert plain.ids.count(dog) == 7
    assert kept.ids.count(dog) == 20


def test_weights_stand_where_their_words_are(clip):
    windows = packed("a (red:1.5) cat", clip)
    weights = weights_of(windows, torch.zeros(1))
    assert weights.shape == (1, 77, 1)
    assert weights[0, :6, 0].tolist() == [1, 1, 1.5, 1, 1, 1]


def test_learned_vectors_replace_the_rows_of_their_word(clip):
    vectors = torch.arange(8.0).reshape(2, 4)
    windows = packed("a embedding:ink cat", clip, find=lambda name: vectors if name == "ink" else None)
    embedded = with_vectors(torch.zeros(1, 77, 4), windows)
    assert torch.equal(embedded[0, 2:4], vectors)
    assert embedded[0, 4:].count_nonzero() == 0
    assert ids_of(windows, torch.device("cpu"))[0, 4] == 2368


def test_a_learned_word_that_is_not_there_is_told(clip):
    notes = []
    assert packed("embedding:ink cat", clip, notes=notes)[0].ids == clip.encode("cat").ids
    assert "'ink'" in notes[0]
