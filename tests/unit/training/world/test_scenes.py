"""The world is deterministic, tidy, and keeps its held-out combinations to itself."""

import random
from itertools import islice

import numpy as np
import pytest

from training.world.captions import UnreadableCaptionError, canonical, draw_caption, parse_caption, plain_caption
from training.world.pool import draw_scenes
from training.world.render import render
from training.world.scene import Description, Thing, overlap, place
from training.world.split import is_held_out, is_held_out_combination, roles, scenes
from training.world.twins import hard_twins, same_meaning
from training.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS, RELATIONS, SIZES, stands_out


def test_the_same_seed_gives_the_same_scenes_and_another_seed_gives_others() -> None:
    assert draw_scenes(50, 3, held_out=False) == draw_scenes(50, 3, held_out=False)
    assert draw_scenes(50, 3, held_out=False) != draw_scenes(50, 4, held_out=False)


def test_a_scene_is_painted_the_same_every_time() -> None:
    scene = draw_scenes(1, 5, held_out=False)[0]
    assert np.array_equal(render(scene), render(scene))


def test_the_world_is_as_rich_as_promised() -> None:
    assert len(OBJECTS) >= 12 and len(COLOURS) >= 10 and len(SIZES) == 3
    assert len(BACKGROUNDS) == 8 and len(RELATIONS) == 4
    numbers = {len(scene.items) for scene in draw_scenes(200, 0, held_out=False)}
    assert numbers == {1, 2, 3}


def test_things_neither_overlap_nor_vanish_into_the_background_nor_leave_the_picture() -> None:
    for scene in draw_scenes(400, 1, held_out=False):
        for index, item in enumerate(scene.items):
            half = SIZES[item.thing.size] / 2
            assert half <= item.x <= 128 - half and half <= item.y <= 128 - half
            assert stands_out(item.thing.colour, scene.description.background)
            assert not any(overlap(item, other) for other in scene.items[:index])


def test_a_relation_is_true_of_the_places() -> None:
    for scene in draw_scenes(400, 2, held_out=False):
        relation = scene.description.relation
        if relation is not None:
            first, second = scene.items
            gain = {"above": second.y - first.y, "below": first.y - second.y, "left of": second.x - first.x}
            assert gain.get(relation, first.x - second.x) > 20


def test_at_least_a_tenth_of_the_combinations_is_held_out() -> None:
    kinds = [*RELATIONS, "single", "count", "list"]
    answers = [is_held_out_combination(o, c, role) for o in OBJECTS for c in COLOURS for role in kinds]
    assert 0.10 <= sum(answers) / len(answers) <= 0.15


def test_training_never_sees_a_held_out_combination() -> None:
    for scene in islice(scenes(7, held_out=False), 1000):
        description = scene.description
        for thing, role in zip(description.things, roles(description), strict=True):
            assert not is_held_out_combination(thing.object, thing.colour, role)


def test_every_held_out_scene_has_a_held_out_combination_whichever_way_it_is_told() -> None:
    for scene in draw_scenes(300, 7, held_out=True):
        assert is_held_out(scene.description)
        if scene.description.relation is not None:
            assert is_held_out(scene.description.mirrored())


@pytest.mark.parametrize(
    "caption",
    [
        "a red circle above a blue square on a white background",
        "a large green star on a black background",
        "three yellow hearts on a blue background",
        "a red circle, a blue square and a green star on a white background",
        "a small pink cross to the left of an orange moon on a gray background",
    ],
)
def test_the_plain_forms_of_the_grammar_read_and_write_themselves(caption: str) -> None:
    assert plain_caption(parse_caption(caption)) == caption


def test_every_wording_reads_back_as_what_it_says() -> None:
    rng = random.Random(0)
    for scene in draw_scenes(500, 8, held_out=False):
        assert canonical(parse_caption(draw_caption(scene.description, rng))) == canonical(scene.description)


def test_a_caption_without_a_background_means_white() -> None:
    assert parse_caption("two red hearts") == Description("count", (Thing("heart", "red"),) * 2, "white")


def test_a_caption_outside_the_grammar_says_which_part_is_not_understood() -> None:
    with pytest.raises(UnreadableCaptionError, match="a furious cat"):
        parse_caption("a furious cat above a red circle")


def test_hard_twins_mean_something_else_and_can_be_placed() -> None:
    rng = random.Random(1)
    for scene in draw_scenes(200, 9, held_out=False):
        twins = hard_twins(scene.description, rng, 8)
        assert len(twins) >= 3
        for twin in twins:
            assert not same_meaning(twin, scene.description)
            place(twin, rng)
