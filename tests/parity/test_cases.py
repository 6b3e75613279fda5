"""Every recorded case whose family we implement; `pytest tests/parity --cases DIR` runs those of another folder."""

import pytest
import torch
from families import FAMILIES, LEFT_OUT
from runner import open_case


def test_our_numbers_are_those_of_the_public_implementation(case_folder):
    case = open_case(case_folder)
    if case.family not in FAMILIES:
        pytest.skip(f"family {case.family} is not implemented yet")
    with torch.inference_mode():
        case.check(FAMILIES[case.family](case), LEFT_OUT.get(case.family, ()))
