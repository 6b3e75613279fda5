"""The wider world: styles, views and words."""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from training.world.captions import draw_caption, plain_caption
from training.world.captions_zh import draw_caption_zh, plain_caption_zh
from training.world.grounds import colours_before, view_rows
from training.world.languages import read_caption
from training.world.pool import draw_scenes
from training.world.render import Crop, render
from training.world.scene import Description, Scene, Thing, place
from training.world.split import is_held_out
from training.world.vocabulary import NEAR, PALETTE, STYLES, VIEWS, WORDS, StyleName
from training.world.wide import draw_wide

RED = Thing("star", "red", "large")


def scene_of(**more: object) -> Scene:
    return place(replace(Description("single", (RED,), "white"), **more), random.Random(1))  # pyright: ignore[reportArgumentType]


def test_every_style_view_and_word_comes_up_and_the_stream_follows_its_seed() -> None:
    drawn = draw_wide(400, 1, held_out=False)
    told = [scene.description for scene in drawn]
    assert {one.style for one in told} == {*STYLES}
    assert {one.view for one in told} == {*VIEWS, None}
    assert {one.word for one in told} == {*WORDS, None}
    assert all(one.style != "flat" or one.view or one.word for one in told)
    assert drawn == draw_wide(400, 1, held_out=False)


def test_what_is_held_out_of_the_plain_world_is_held_out_of_the_wider_one() -> None:
    for held_out in (True, False):
        assert all(is_held_out(one.description) == held_out for one in draw_wide(150, 2, held_out=held_out))


def test_every_caption_in_either_language_says_its_scene() -> None:
    rng = random.Random(3)
    for scene in draw_wide(300, 3, held_out=False):
        asked = scene.description
        for caption in (
            plain_caption(asked),
            draw_caption(asked, rng),
            plain_caption_zh(asked),
            draw_caption_zh(asked, rng),
        ):
            said = read_caption(caption)
            assert said == asked or (asked.relation is not None and said.mirrored() == asked), caption


def test_a_caption_of_the_wider_world_begins_as_that_of_the_plain_one() -> None:
    for scene in draw_wide(100, 4, held_out=False):
        asked = scene.description
        plain = replace(asked, style="flat", view=None, word=None)
        if asked.view is None:
            assert plain_caption(asked).startswith(plain_caption(plain))
            assert plain_caption_zh(asked).startswith(plain_caption_zh(plain))


@pytest.mark.parametrize("style", STYLES)
def test_a_style_changes_the_thing_and_nothing_else(style: StyleName) -> None:
    flat, styled = render(scene_of()), render(scene_of(style=style))
    (item,) = scene_of().items
    box = np.zeros((128, 128), dtype=bool)
    box[item.y - 27 : item.y + 27, item.x - 27 : item.x + 27] = True
    assert (flat == styled)[~box].all()
    assert (flat == styled).all() == (style == "flat")


def test_pictures_of_any_style_differ() -> None:
    pictures = [render(scene_of(style=style)) for style in STYLES]
    assert all((one != other).any() for one, other in combinations(pictures, 2))


def test_things_stand_out_from_every_row_of_a_view() -> None:
    for view in VIEWS:
        rows = view_rows(view, 128)
        assert rows.shape == (128, 3)
        for colour in colours_before(view):
            assert np.linalg.norm(rows - np.asarray(PALETTE[colour]), axis=-1).min() > 0.9 * NEAR


def test_a_word_stands_under_its_thing_and_inside_the_picture() -> None:
    for scene in draw_wide(300, 5, held_out=False):
        if scene.word_at is not None:
            (item,), (x, y) = scene.items, scene.word_at
            assert item.y + {"small": 14, "medium": 20, "large": 27}[item.thing.size] < y - 14
            assert 34 <= x <= 94 and y + 14 <= 124


@pytest.mark.parametrize("more", [{"style": style} for style in STYLES] + [{"view": "snow"}, {"word": "sun"}])
def test_a_part_of_a_large_picture_is_that_part_of_the_whole(more: dict[str, str]) -> None:
    scene = scene_of(**more)
    whole = render(scene, 256)
    part = render(scene, 256, Crop(40, 90, 130, 120))
    assert (part == whole[90:210, 40:170]).all()


def test_the_plain_stream_is_what_it_was() -> None:
    told = [plain_caption(scene.description) for scene in draw_scenes(3, 1, held_out=False)]
    assert all(scene.description.style == "flat" for scene in draw_scenes(50, 1, held_out=False))
    assert len(told) == 3 and all("background" in one for one in told)
