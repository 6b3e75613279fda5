"""Both languages say the same descriptions."""

import random

import pytest

from training.world.captions import UnreadableCaptionError, canonical
from training.world.captions_zh import draw_caption_zh, parse_caption_zh, plain_caption_zh
from training.world.languages import draw_any_caption, read_caption
from training.world.pool import draw_scenes
from training.world.scene import Description, Thing


@pytest.mark.parametrize(
    "caption",
    [
        "白色背景上，红色圆形在蓝色方块上方",
        "黑色背景上，大的绿色星星",
        "蓝色背景上，三颗黄色爱心",
        "白色背景上，红色圆形、蓝色方块和绿色星星",
        "灰色背景上，小的粉色十字在橙色月亮左边",
    ],
)
def test_the_plain_forms_of_the_chinese_grammar_read_and_write_themselves(caption: str) -> None:
    assert plain_caption_zh(parse_caption_zh(caption)) == caption


def test_every_wording_in_either_language_reads_back_as_what_it_says() -> None:
    rng = random.Random(0)
    for scene in draw_scenes(500, 8, held_out=False):
        for _ in range(2):
            assert canonical(read_caption(draw_any_caption(scene.description, rng))) == canonical(scene.description)


def test_captions_in_both_languages_are_the_same_description() -> None:
    said = "a red circle above a blue square on a white background", "蓝色方块在红色圆形的下面"
    first, second = (canonical(read_caption(caption)) for caption in said)
    assert first == second


def test_a_wording_of_ones_own_is_understood() -> None:
    asked = Description("relation", (Thing("square", "pink"), Thing("circle", "orange", "large")), "yellow", "right of")
    assert read_caption("黄色背景上，一个粉红色正方形在一个大的橘色圆圈的右侧。") == asked


def test_a_chinese_caption_outside_the_grammar_says_which_part_is_not_understood() -> None:
    with pytest.raises(UnreadableCaptionError, match="愤怒的猫"):
        read_caption("白色背景上，愤怒的猫")
    with pytest.raises(UnreadableCaptionError, match="红色背景"):
        read_caption("红色背景上，白色圆形")


def test_chinese_is_worded_in_more_than_one_way() -> None:
    rng = random.Random(1)
    description = draw_scenes(1, 2, held_out=False)[0].description
    assert len({draw_caption_zh(description, rng) for _ in range(30)}) > 3
