"""Fixtures that every room's tests may use."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_folder() -> Path | None:
    """The folder of reference data beside the repository, where there is one."""
    folder = Path(os.environ.get("NOISELOOM_SHARED") or REPOSITORY.parent / "shared")
    return folder if folder.is_dir() else None


def pytest_addoption(parser):
    parser.addoption("--cases", default=None, help="folder of parity cases (default: the reference data's)")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data, or a skip that says it is absent."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("reference data is absent (../shared, or set NOISELOOM_SHARED)")
    return folder


def pytest_collection_modifyitems(config, items):
    """Leave out what is marked `large` unless the mark expression names it (`make test-large`)."""
    if "large" in (config.getoption("-m") or ""):
        return
    large = [item for item in items if item.get_closest_marker("large")]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if not item.get_closest_marker("large")]
