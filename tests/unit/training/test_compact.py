"""What is shipped in 8 bits opens as it was, within what 8 bits hold."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.model_file import open_file
from training.compact import compact


def test_large_matrices_take_eight_bits_and_delicate_ones_sixteen() -> None:
    made = compact({"a.weight": torch.randn(64, 64), "out.2.weight": torch.randn(64, 64), "b.bias": torch.randn(64)})
    types = {name: tensor.dtype for name, tensor in made.items()}
    assert types == {"a.weight": torch.float8_e4m3fn, "out.2.weight": torch.float16, "b.bias": torch.float16}


@pytest.mark.parametrize("deviation", [1e-5, 1e-3, 0.05, 5.0])
def test_a_matrix_of_any_deviation_is_read_back_within_three_percent(tmp_path: Path, deviation: float) -> None:
    torch.manual_seed(0)
    weights = {"a.weight": torch.randn(64, 64) * deviation, "a.bias": torch.zeros(64)}
    save_file(compact(weights), tmp_path / "a.safetensors")
    opened = open_file(tmp_path / "a.safetensors")
    assert set(opened.shapes) == {"a.weight", "a.bias"}
    again = opened.store.read("a.weight").float()
    assert (again - weights["a.weight"]).norm() < 0.035 * weights["a.weight"].norm()


def test_what_is_in_eight_bits_already_stays_as_it_is() -> None:
    first = compact({"a.weight": torch.randn(64, 64)})
    assert torch.equal(compact(first)["a.weight"].float(), first["a.weight"].float())


def test_what_eight_bits_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="reaches 500"):
        compact({"a.weight": torch.full((64, 64), 500.0)})
