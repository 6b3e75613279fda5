"""Small painters: trained once and never twice, compared row by row, at the cost they state."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training.evidence import small_painters
from training.evidence.painters_table import costs, paired
from training.evidence.small_painters import (
    BY_CLIP,
    BY_T5,
    SHALLOW,
    SHALLOW_WIDE,
    Painter,
    TextStates,
    build,
    operations,
    trained,
)
from training.state import load_state


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few scenes and one thread, so that a step takes little time on a busy machine too."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(small_painters, "CHOSEN", replace(small_painters.CHOSEN, scenes=16))
    monkeypatch.setattr(small_painters, "BATCH", 4)
    monkeypatch.setattr(small_painters, "PAIRS", 8)
    yield
    torch.set_num_threads(threads)


def test_an_arm_is_trained_once_and_paints_the_same_again(tmp_path: Path) -> None:
    first = trained(SHALLOW, tmp_path, seed=3, steps=2)
    weights = load_state(tmp_path / SHALLOW.state)["model"]
    again = trained(SHALLOW, tmp_path, seed=3, steps=2)
    assert all(
        torch.equal(tensor, weights[name]) for name, tensor in load_state(tmp_path / SHALLOW.state)["model"].items()
    )
    told, untold = first.errors(1)
    assert torch.equal(told, again.errors(1)[0])
    assert told.shape == untold.shape == (8,)
    assert again.paint(["a red circle"], 1)[0].size == (64, 64)


def test_a_bigger_encoder_and_a_bigger_unet_cost_the_same() -> None:
    def cost(arm: small_painters.Arm) -> int:
        return TextStates(arm.encoder, arm.layers).operations() + operations(build(arm.channels), training=True)

    assert cost(BY_T5) == pytest.approx(cost(SHALLOW_WIDE), rel=0.03)
    assert cost(SHALLOW) < 0.8 * cost(BY_T5)


def test_the_first_layer_alone_says_something_else() -> None:
    caption = ["a red circle above a blue square"]
    whole, first = TextStates(BY_T5.encoder)(caption), TextStates(SHALLOW.encoder, 1)(caption)
    assert whole.shape == first.shape == (1, 77, 192)
    assert not torch.allclose(whole, first, atol=0.1)


def test_tables_say_what_is_compared() -> None:
    table = costs([Painter(BY_CLIP, build(BY_CLIP.channels), TextStates(BY_CLIP.encoder))])
    assert "| CLIP | 2." in table and "1.28 M" in table
    assert paired(torch.tensor([1.0, 1.0]), torch.tensor([2.0, 2.0])) == "50.0 ± 0.0"
