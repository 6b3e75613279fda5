"""The guide over the wire: what a reader needs, and nothing beside it."""

import pytest

from tests.contract.conftest import Studio


@pytest.mark.parametrize("page", ["user-guide.md", "user-guide.zh-CN.md", "guide/keys.md", "images/mask-dark.png"])
def test_pages_and_pictures_of_the_guide_are_served(studio: Studio, page: str) -> None:
    answer = studio.get(f"/api/v1/guide/{page}")
    assert answer.status == 200
    assert answer.body


@pytest.mark.parametrize("page", ["architecture.md", "../README.md", "guide/..%2F..%2Fmain.py", "adr", "none.md"])
def test_nothing_else_is(studio: Studio, page: str) -> None:
    assert studio.get(f"/api/v1/guide/{page}").status == 404
