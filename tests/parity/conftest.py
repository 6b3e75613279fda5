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
    found = (
        [folder] if (folder / "case.json").is_file() else sorted(path for path in folder.glob("*/") if path.is_dir())
    )
    # A folder without cases is a mistake that must not look like success: it becomes a test that fails.
    metafunc.parametrize("case_folder", found or [folder], ids=[path.name for path in found] or ["no-cases"])
