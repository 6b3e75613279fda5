import importlib
import sys
from collections.abc import Iterator

import pytest

from compat.comfyui.worker.finder import ShimFinder


@pytest.fixture
def finder() -> Iterator[ShimFinder]:
    made = ShimFinder({"shimmed.deep.one": lambda: {"ONE": 1}, "shimmed.two": lambda: {"TWO": 2}})
    made.install()
    yield made
    made.remove()


def test_modules_of_the_table_are_imported_and_reached_as_attributes(finder: ShimFinder):
    importlib.import_module("shimmed.two")
    package = importlib.import_module("shimmed")
    assert package.two.TWO == 2
    assert importlib.import_module("shimmed.deep.one").ONE == 1


def test_a_module_that_is_not_in_the_table_is_not_found(finder: ShimFinder):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("shimmed.three")


def test_nothing_is_left_when_the_finder_goes():
    finder = ShimFinder({"shimmed.two": lambda: {"TWO": 2}})
    finder.install()
    importlib.import_module("shimmed.two")
    finder.remove()
    assert not [name for name in sys.modules if name.startswith("shimmed")]
