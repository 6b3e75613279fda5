"""Files of learned words, in the forms their writers give them."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.embeddings import read_embedding, words_from
from diffusion.checkpoints.errors import CheckpointError

VECTORS = torch.arange(2 * 768.0).reshape(2, 768)


@pytest.mark.parametrize(
    "content",
    [
        {"string_to_token": {"*": 265}, "string_to_param": {"*": VECTORS}, "name": "ink", "step": 500},
        {"<ink>": VECTORS},
        {"emb_params": VECTORS, "step": torch.tensor(3)},
        [{"<ink>": VECTORS}],
        {"clip_l": VECTORS, "clip_g": torch.zeros(2, 1280)},
    ],
    ids=["automatic1111", "diffusers", "with a counter", "list", "two encoders"],
)
def test_every_known_form_gives_its_vectors(tmp_path, content):
    torch.save(content, tmp_path / "ink.pt")
    assert torch.equal(read_embedding(tmp_path / "ink.pt").of_width(768), VECTORS)


def test_a_single_vector_is_a_word_of_one_token(tmp_path):
    save_file({"<ink>": VECTORS[0].clone()}, tmp_path / "ink.safetensors")
    assert read_embedding(tmp_path / "ink.safetensors").of_width(768).shape == (1, 768)


def test_each_encoder_takes_the_vectors_of_its_width():
    word = words_from({"clip_l": torch.zeros(3, 768), "clip_g": torch.zeros(3, 1280)})
    assert word.of_width(1280).shape == (3, 1280)
    assert word.of_width(1024) is None


@pytest.mark.parametrize("content", [{"step": 3}, {"a": torch.zeros(1, 768), "b": torch.zeros(1, 768)}])
def test_a_file_without_one_word_says_so(tmp_path, content):
    torch.save(content, tmp_path / "odd.pt")
    with pytest.raises(CheckpointError, match="learned word"):
        read_embedding(tmp_path / "odd.pt")
