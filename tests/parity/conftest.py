"""Finds the parity cases and makes a test of each."""

import sys
from pathlib import Path

import pytest

# The tests import by file (importmode=importlib), so neighbours are found only by path.
sys.path.insert(0, str(Path(__file__).parent))


def pytest_generate_tests(metafunc):
    if "case_folder" not in metafunc.fixturenames:
        return
    option = metafunc.config.getoption("--cases")
    if option is None:
        from tests.conftest import shared_folder

        shared = shared_folder()
        if shared is None:
            absent = pytest.param(None, marks=pytest.mark.skip(reason="reference data is absent"), id="absent")
            metafunc.parametrize("case_folder", [absent])
            return
        folder = shared / "parity"
    else:
        folder = Path(option)
    from runner import case_folders

    found = case_folders(folder)
    metafunc.parametrize("case_folder", found, ids=[path.name for path in found])
