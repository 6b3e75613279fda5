"""The grounding truth says what covers each cell."""

import numpy as np

from training.world.coverage import COLOUR_INDEX, OBJECT_INDEX, coverage
from training.world.scene import Description, Item, Scene, Thing


def test_a_cell_inside_a_square_is_all_square_and_all_of_its_colour() -> None:
    thing = Thing("square", "red", "large")
    scene = Scene(Description("single", (thing,), "white"), (Item(thing, 40, 40),))
    objects, colours = coverage(scene)
    cell = 2 * 8 + 2  # covers pixels 32 to 47 both ways
    assert objects[cell, OBJECT_INDEX["square"]] > 0.99
    assert colours[cell, COLOUR_INDEX["red"]] > 0.99
    assert objects[63, 0] == 1.0 and colours[63, COLOUR_INDEX["white"]] == 1.0


def test_shares_of_a_cell_sum_to_one() -> None:
    thing = Thing("star", "blue", "medium")
    objects, colours = coverage(Scene(Description("single", (thing,), "black"), (Item(thing, 61, 70),)))
    assert np.allclose(objects.sum(axis=1), 1, atol=1e-5) and np.allclose(colours.sum(axis=1), 1, atol=1e-5)
