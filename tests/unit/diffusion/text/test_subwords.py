"""Tokenizers of T5, XLM-R and BERT from the files their libraries write, and where they are looked for."""

import json
import struct
from pathlib import Path

import pytest
import torch

from diffusion.checkpoints.opened import OpenedText
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.t5 import T5Config, T5Encoder
from diffusion.text.chunks import windows_of
from diffusion.text.emphasis import parse
from diffusion.text.subwords import read_tokenizer
from diffusion.text.tokenizer import TokenizerError, vocabulary_from_merges
from diffusion.text.tokenizer_files import open_tokenizer


def field(number, value):
    """One field of a protocol buffer: bytes, an integer or a float."""
    if isinstance(value, float):
        return bytes([number << 3 | 5]) + struct.pack("<f", value)
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2]) + bytes([len(value) & 0x7F | 0x80, len(value) >> 7]) + value


def spiece(pieces, model=1):
    """A SentencePiece model: pieces (text, score, kind), and the trainer's kind of model (1 is unigram)."""
    listed = b"".join(field(1, field(1, t.encode()) + field(2, float(s)) + field(3, k)) for t, s, k in pieces)
    return listed + field(2, field(3, model)) + field(3, field(1, b"identity"))


T5_PIECES = [
    ("<pad>", 0, 3),
    ("</s>", 0, 3),
    ("<unk>", 0, 2),
    ("▁a", -1, 1),
    ("▁re", -2, 1),
    ("d", -2, 1),
    ("▁red", -1, 1),
    (",", -1, 1),
]


@pytest.fixture
def t5_file(tmp_path):
    path = tmp_path / "spiece.model"
    path.write_bytes(spiece(T5_PIECES))
    return path


def test_a_unigram_model_takes_the_most_likely_pieces(t5_file):
    tokenizer = read_tokenizer(t5_file, "t5")
    assert tokenizer.words("a red, d") == [3, 6, 7, 2, 5]
    assert (tokenizer.begin_id, tokenizer.end_id, tokenizer.padding_id, tokenizer.length) == (None, 1, 0, None)


def test_a_t5_prompt_is_one_window_of_any_length(t5_file):
    tokenizer = read_tokenizer(t5_file, "t5")
    (short,) = windows_of(parse("red"), tokenizer, shortest=5)
    assert short.ids == (6, 1, 0, 0, 0)
    (long,) = windows_of(parse("red " * 500), tokenizer, shortest=5)
    assert len(long.ids) == 501


def test_xlm_r_numbers_its_own_tokens_before_the_pieces(tmp_path):
    path = tmp_path / "sentencepiece.bpe.model"
    path.write_bytes(spiece([("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁a", -1, 1), ("▁red", -1, 1)]))
    tokenizer = read_tokenizer(path, "xlm_r")
    assert tokenizer.words("a red") == [4, 5]
    assert (tokenizer.begin_id, tokenizer.padding_id, tokenizer.end_id) == (0, 1, 2)


def test_bert_lowers_case_and_splits_words(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\n##der\n,\n", encoding="utf-8")
    tokenizer = read_tokenizer(path, "bert")
    assert tokenizer.words("Redder, RED") == [4, 5, 6, 4]
    assert (tokenizer.begin_id, tokenizer.end_id, tokenizer.length) == (2, 3, 77)


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 20, b"not a model", spiece(T5_PIECES)[:60], spiece(T5_PIECES, model=2)]
)
def test_a_file_that_is_no_unigram_model_is_refused_in_words(tmp_path, content):
    path = tmp_path / "spiece.model"
    path.write_bytes(content)
    with pytest.raises(TokenizerError, match=r"spiece\.model"):
        read_tokenizer(path, "t5")


def opened_t5(vocabulary=40, **places):
    with torch.device("meta"):
        network = T5Encoder(T5Config(width=8, mlp_width=8, layers=1, heads=1, head_width=8, vocabulary=vocabulary))
    return OpenedText("t5xxl", Weighted(network, None, "t5"), **places)


@pytest.mark.parametrize("name", ["spiece.model", "t5xxl.spiece.model", "t5.spiece.model", "big_t5.spiece.model"])
def test_a_tokenizer_beside_the_weights_is_found(tmp_path, name):
    (tmp_path / name).write_bytes(spiece(T5_PIECES))
    assert open_tokenizer(opened_t5(), tmp_path / "big_t5.safetensors").words("red") == [6]


def test_the_tokenizer_of_a_diffusers_folder_comes_first(tmp_path, t5_file):
    folder = tmp_path / "tokenizer_3"
    folder.mkdir()
    (folder / "spiece.model").write_bytes(spiece([*T5_PIECES[:3], ("▁red", -1, 1)]))
    assert open_tokenizer(opened_t5(tokenizer_folder=folder), tmp_path).words("red") == [3]


def test_a_missing_tokenizer_says_which_file_to_put_where(tmp_path):
    with pytest.raises(TokenizerError, match=r"t5xxl\.tokenizer\.json or t5xxl\.spiece\.model .* into the folder"):
        open_tokenizer(opened_t5(), tmp_path / "t5xxl_fp16.safetensors")


def test_a_tokenizer_of_another_encoder_is_refused(t5_file):
    with pytest.raises(TokenizerError, match="more tokens than the encoder's 4"):
        open_tokenizer(opened_t5(vocabulary=4), t5_file.parent / "t5.safetensors")


def test_clips_tokenizer_is_read_from_a_diffusers_folder(tmp_path):
    vocabulary = vocabulary_from_merges([("r", "e")])
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary.tokens), encoding="utf-8")
    (tmp_path / "merges.txt").write_text("#version: 0.2\nr e\n", encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"pad_token": "!"}), encoding="utf-8")
    with torch.device("meta"):
        network = ClipText(ClipTextConfig(width=8, mlp_width=8, layers=1, heads=1, vocabulary=len(vocabulary.tokens)))
    text = OpenedText("clip_g", Weighted(network, None, "g"), tokenizer_folder=tmp_path)
    tokenizer = open_tokenizer(text, Path("model_index.json"))
    assert tokenizer.padding_id == 0
    assert tokenizer.length == 77
