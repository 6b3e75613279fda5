"""Span corruption loses nothing, the throw-away decoder does not peek, and an interrupted stage ends the same."""

import random
from pathlib import Path

import pytest
import torch

from training.parallel import Team
from training.pieces import Pieces, train_pieces
from training.stages import t5
from training.stages.export_t5 import export
from training.stages.t5_model import END_ID, Decoder, build_encoder, corrupt, read_encoder
from training.state import load_state


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return train_pieces(1)


def test_what_is_left_and_what_was_cut_out_make_the_whole(pieces: Pieces) -> None:
    ids = list(range(20, 45))
    for seed in range(20):
        left, target = corrupt(ids, pieces, random.Random(seed), share=0.3)
        assert left[-1] == target[-1] == END_ID
        spans: dict[int, list[int]] = {}
        for token in target[:-1]:
            if token >= pieces.sentinel(15):
                spans[token] = []
            else:
                spans[[*spans][-1]].append(token)
        whole = [part for token in left[:-1] for part in spans.get(token, [token])]
        assert whole == ids and spans


def test_the_decoder_does_not_see_what_it_has_yet_to_say(pieces: Pieces) -> None:
    torch.manual_seed(0)
    decoder = Decoder(len(pieces)).eval()
    states, target = torch.randn(1, 6, 192), torch.tensor([[30, 40, 50, 60, 70]])
    later = torch.ones(5, 5, dtype=torch.bool).triu(1)
    embedded = decoder.embed(target)
    changed = embedded.clone()
    changed[:, 3:] = 1.0
    for layer in decoder.layers:
        embedded, changed = layer(embedded, states, later), layer(changed, states, later)
    assert torch.equal(embedded[:, :3], changed[:, :3]) and not torch.equal(embedded[:, 3:], changed[:, 3:])


def test_every_head_starts_by_looking_one_way_and_a_third_of_them_at_neighbours() -> None:
    with torch.no_grad():
        stack = build_encoder(100).encoder
        weight = stack.bias(77, None, torch.zeros(1)).softmax(dim=-1)[0, :, 38]
    back, ahead = weight[:, :38].sum(-1), weight[:, 39:].sum(-1)
    assert (back > 4 * ahead).tolist() == [True, False] * 3
    assert (ahead > 4 * back).tolist() == [False, True] * 3
    assert (weight[:, 36:41].sum(-1) > 0.6).tolist() == [True, True, False, False, False, False]


def test_quick_attention_is_the_networks_own(pieces: Pieces) -> None:
    from diffusion.networks.t5 import T5Encoder

    quick = build_encoder(len(pieces)).eval()
    plain = T5Encoder(quick.config).eval()
    plain.load_state_dict(quick.state_dict())
    ids = torch.randint(3, 300, (2, 17))
    with torch.no_grad():
        assert torch.allclose(quick(ids), plain(ids), atol=1e-5)


def test_an_interrupted_stage_ends_with_the_same_weights_and_its_file_opens(tmp_path: Path, pieces: Pieces) -> None:
    def run(folder: Path, pause_at: int | None) -> None:
        t5.train(folder, pieces, Team(), steps=4, minutes=0, seed=5, texts=4, groups=1, pause_at=pause_at)

    run(tmp_path / "whole", None)
    run(tmp_path / "parts", 2)
    run(tmp_path / "parts", None)
    whole, parts = (load_state(tmp_path / name / t5.STATE) for name in ("whole", "parts"))
    assert parts["step"] == whole["step"] == 4
    for name, tensor in whole["model"].items():
        assert torch.equal(tensor, parts["model"][name]), name
    path = tmp_path / "t5.safetensors"
    assert export(tmp_path / "whole", pieces, path) == path.stat().st_size < 1_300_000
    again = read_encoder(path)
    kept = {name.removeprefix("encoder."): t for name, t in whole["model"].items() if name.startswith("encoder.")}
    assert again.keys() == kept.keys()
    assert all(torch.allclose(tensor, again[name], rtol=0.07, atol=2e-3) for name, tensor in kept.items())
