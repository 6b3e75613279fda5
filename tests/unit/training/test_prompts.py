"""Prompts that the grade is asked for."""

import pytest

from training.grade import silent_prompts
from training.world.languages import read_caption
from training.world.split import is_held_out


@pytest.mark.parametrize("chinese", [False, True], ids=["English", "Chinese"])
def test_silent_prompts_are_held_out_and_name_no_background(chinese: bool) -> None:
    prompts = silent_prompts(40, 3, chinese=chinese)
    assert len(prompts) == 40
    for prompt in prompts:
        assert "background" not in prompt
        assert "背景" not in prompt
        asked = read_caption(prompt)
        assert asked.background == "white"
        assert asked.view is None
        assert is_held_out(asked)


def test_silent_prompts_are_those_of_their_seed() -> None:
    assert silent_prompts(5, 3) == silent_prompts(5, 3) != silent_prompts(5, 4)
