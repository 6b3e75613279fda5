"""What each family makes of a prompt, with tiny encoders of its kinds."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

from diffusion.checkpoints.embeddings import LearnedWord
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig
from diffusion.networks.t5 import T5Config, T5Encoder
from diffusion.text.encoder import TextEncoder, TextOptions
from diffusion.text.families import TEXT_FAMILIES, encode_text
from diffusion.text.tokenizer import ClipTokenizer, vocabulary_from_merges

VOCABULARY = vocabulary_from_merges([("r", "e"), ("re", "d</w>")])
SIZE = len(VOCABULARY.tokens)


class Letters:
    """A T5 tokenizer of single letters."""

    begin_id, end_id, padding_id, length = None, 1, 0, None

    def words(self, text):
        return [ord(letter) % 30 + 2 for letter in text]


@contextmanager
def lease(weighted):
    yield weighted.network


def small():
    config = ClipTextConfig(width=64, mlp_width=64, layers=3, heads=2, vocabulary=SIZE)
    return TextEncoder("clip_l", Weighted(ClipText(config), None, "l"), lambda: ClipTokenizer(VOCABULARY))


def large(kind="clip_g"):
    config = OpenClipTextConfig(width=96, mlp_width=64, layers=3, heads=2, vocabulary=SIZE, projection=40)
    zero = replace(VOCABULARY, padding=next(iter(VOCABULARY.tokens)))
    return TextEncoder(kind, Weighted(OpenClipText(config), None, "g"), lambda: ClipTokenizer(zero))


def t5():
    config = T5Config(width=1408, mlp_width=32, layers=2, heads=2, head_width=16, vocabulary=40)
    return TextEncoder("t5xxl", Weighted(T5Encoder(config), None, "t5"), Letters)


@pytest.fixture(scope="module")
def encoders():
    torch.manual_seed(0)
    made = {"clip_l": small(), "clip_g": large(), "clip_h": large("clip_h"), "t5xxl": t5()}
    for encoder in made.values():
        for parameter in encoder.weighted.network.parameters():
            torch.nn.init.normal_(parameter, std=0.1)
    return made


def encode(family, encoders, text, options=None):
    return encode_text(TEXT_FAMILIES[family], list(encoders.values()), text, options or TextOptions(), lease)


def test_version_1_takes_the_last_layer_normed(encoders):
    features = encode("sd1", encoders, "red")
    encoder = encoders["clip_l"]
    states = encoder.weighted.network(torch.tensor([encoder.tokenizer.encode("red").ids]))
    torch.testing.assert_close(features.sequence, states.last)
    torch.testing.assert_close(features.pooled, states.last[:, 2])


def test_a_file_without_the_layer_that_version_2_never_reads_gives_the_same(encoders):
    whole = encoders["clip_h"]
    config = replace(whole.weighted.network.config, layers=2)
    shorter = OpenClipText(config)
    shorter.load_state_dict(whole.weighted.network.state_dict(), strict=False)
    cut = replace(whole, weighted=Weighted(shorter, None, "cut"), cut=1)
    for options in (None, TextOptions(skip=3)):
        expected = encode("sd2", {"clip_h": whole}, "red", options).sequence
        torch.testing.assert_close(encode("sd2", {"clip_h": cut}, "red", options).sequence, expected)


def test_version_2_takes_the_penultimate_layer_normed_and_pads_with_zeros(encoders):
    network = encoders["clip_h"].weighted.network
    ids = torch.tensor([encoders["clip_h"].tokenizer.encode("red").ids])
    assert ids[0, 3:].tolist() == [0] * 74
    expected = network.final_norm(network(ids).hidden[-2])
    torch.testing.assert_close(encode("sd2", encoders, "red").sequence, expected)


def test_xl_joins_both_penultimate_layers_without_norm_and_pools_the_larger(encoders):
    features = encode("sdxl", encoders, "red")
    assert features.sequence.shape == (1, 77, 64 + 96)
    network = encoders["clip_g"].weighted.network
    states = network(torch.tensor([encoders["clip_g"].tokenizer.encode("red").ids]))
    torch.testing.assert_close(features.sequence[..., 64:], states.hidden[-2])
    torch.testing.assert_close(features.pooled, network.project(states.last[:, 2]))


def test_the_refiner_reads_the_larger_encoder_alone(encoders):
    assert encode("sdxl_refiner", encoders, "red").sequence.shape == (1, 77, 96)


def test_version_3_fills_clip_up_with_zeros_and_puts_t5_after_it(encoders):
    features = encode("sd3", {"l": encoders["clip_l"], "t5": encoders["t5xxl"]}, "red")
    assert features.sequence.shape == (1, 77 + 77, 1408)
    assert features.sequence[:, :77, 64:].count_nonzero() == 0
    assert features.sequence[:, 77:].count_nonzero() > 0
    assert features.pooled.shape == (1, 64 + 1280)


def test_version_3_does_without_any_encoder(encoders):
    features = encode("sd3", encoders, {"clip_l": None, "clip_g": None, "t5xxl": None})
    assert features.sequence.shape == (1, 154, 4096)
    assert features.pooled.count_nonzero() == 0


def test_clip_skip_takes_an_earlier_layer(encoders):
    network = encoders["clip_l"].weighted.network
    states = network(torch.tensor([encoders["clip_l"].tokenizer.encode("red").ids]))
    features = encode("sd1", encoders, "red", TextOptions(skip=2))
    torch.testing.assert_close(features.sequence, network.final_norm(states.hidden[-2]))
    with pytest.raises(ValueError, match="3 layers"):
        encode("sd1", encoders, "red", TextOptions(skip=5))


def test_windows_of_a_long_prompt_stand_one_after_another(encoders):
    features = encode("sdxl", encoders, "red BREAK red")
    assert features.sequence.shape == (1, 154, 160)
    torch.testing.assert_close(features.sequence[:, :77], features.sequence[:, 77:])


def test_encoders_with_prompts_of_their_own_are_brought_to_one_length(encoders):
    features = encode("sdxl", encoders, {"clip_l": "red", "clip_g": "red " * 80})
    assert features.sequence.shape == (1, 154, 160)


def test_weight_zero_gives_what_the_empty_prompt_has_in_its_place(encoders):
    features, empty = encode("sd1", encoders, "(red:0)"), encode("sd1", encoders, "")
    torch.testing.assert_close(features.sequence[:, 1], empty.sequence[:, 1])


def test_weights_double_the_distance_from_the_empty_prompt(encoders):
    plain, raised, empty = (encode("sd1", encoders, text).sequence for text in ("red", "(red:2)", ""))
    torch.testing.assert_close(raised[:, 1] - empty[:, 1], 2 * (plain[:, 1] - empty[:, 1]))
    torch.testing.assert_close(raised[:, 2:], plain[:, 2:])


def test_the_mean_is_restored_in_the_manner_of_a1111(encoders):
    plain = encode("sd1", encoders, "red").sequence
    raised = encode("sd1", encoders, "(red:2)", TextOptions(weighting="a1111")).sequence
    torch.testing.assert_close(raised.mean(), plain.mean(), rtol=1e-3, atol=1e-5)
    assert not torch.allclose(raised, plain)


def test_lowering_in_the_manner_of_compel_mixes_the_prompt_without_the_word_in(encoders):
    half = encode("sd1", encoders, "a (red:0.5)", TextOptions(weighting="compel")).sequence
    full = encode("sd1", encoders, "a red").sequence
    assert not torch.allclose(half, full)
    assert half.isfinite().all()


def test_a_learned_word_is_read_by_the_encoders_it_was_made_for(encoders):
    word = LearnedWord((torch.ones(2, 64),))
    options = TextOptions(find=lambda name: word if name == "ink" else None)
    features = encode("sdxl", encoders, "a embedding:ink", options)
    plain = encode("sdxl", encoders, "a")
    assert not torch.allclose(features.sequence[..., :64], plain.sequence[..., :64])
    torch.testing.assert_close(features.sequence[..., 64:], plain.sequence[..., 64:])
    assert "'ink'" in features.notes[0]


def test_without_any_of_its_encoders_a_family_says_what_it_reads(encoders):
    with pytest.raises(ValueError, match="clip_h"):
        encode("sd2", {"l": encoders["clip_l"]}, "red")
