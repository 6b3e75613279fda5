"""The runner itself: one that cannot fail proves nothing."""

import json

import pytest
import torch
from runner import Case, case_folders, open_case
from safetensors.torch import save_file


@pytest.fixture
def case(tmp_path):
    facts = {"family": "made-up", "tolerance": {"atol": 0.5, "rtol": 0.0, "atol_per_output": {"fine": 0.001}}}
    (tmp_path / "case.json").write_text(json.dumps(facts))
    recorded = {"out.coarse": torch.zeros(3), "out.fine": torch.zeros(3), "out.count": torch.tensor([1, 2])}
    save_file(recorded, tmp_path / "io.safetensors")
    return Case(tmp_path)


RIGHT = {"coarse": torch.full((3,), 0.4), "fine": torch.zeros(3), "count": torch.tensor([1, 2])}


def test_numbers_within_their_tolerance_pass(case):
    case.check(RIGHT)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"fine": torch.full((3,), 0.4)}, "fine: off by up to 0.4"),
        ({"coarse": torch.full((3,), torch.nan)}, "coarse: off by"),
        ({"coarse": torch.zeros(1)}, "coarse: has shape"),
        ({"count": torch.tensor([1, 3])}, "count: integers differ"),
    ],
)
def test_numbers_beyond_their_tolerance_are_refused(case, wrong, complaint):
    with pytest.raises(AssertionError, match=complaint):
        case.check(RIGHT | wrong)


def test_an_output_that_nobody_computed_is_refused_unless_it_is_left_out_by_name(case):
    outputs = {name: tensor for name, tensor in RIGHT.items() if name != "fine"}
    with pytest.raises(AssertionError, match="fine: not computed"):
        case.check(outputs)
    case.check(outputs, left_out=["fi*"])


@pytest.mark.parametrize("content", [[], ["empty_case/"]])
def test_a_folder_without_cases_fails(tmp_path, content):
    for name in content:
        (tmp_path / name).mkdir()
    [folder] = case_folders(tmp_path)
    with pytest.raises(AssertionError, match=r"holds no case\.json"):
        open_case(folder)
