"""The wider world: scenes in a style, before a view, or with a word."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from training.world.grounds import colours_before
from training.world.scene import Description, Scene, Thing, draw_description, place
from training.world.split import SPLIT_SEED, is_held_out
from training.world.vocabulary import COLOURS, OBJECTS, STYLES, VIEWS, WORDS, ColourName, stands_out

UNSPOKEN: ColourName = "white"
"""The background that a description with a view states."""
INKS: tuple[ColourName, ...] = ("black", "white")
"""Colours of writing, which things beside it do not have."""


def _styled(description: Description, rng: random.Random) -> Description:
    """In a style; small things would be too small for it, and a square looks the same in coarse pixels."""
    style, instead = rng.choice(STYLES[1:]), rng.choice([name for name in OBJECTS if name != "square"])
    things = description.things
    if style == "pixel":
        things = tuple(replace(thing, object=instead) if thing.object == "square" else thing for thing in things)
    things = tuple(
        replace(thing, size="medium") if thing.size == "small" or len(things) == 3 else thing for thing in things
    )
    return replace(description, things=things, style=style)


def _recoloured(description: Description, allowed: Sequence[ColourName], rng: random.Random) -> tuple[Thing, ...]:
    if description.arrangement == "count":
        first = description.things[0]
        colour = first.colour if first.colour in allowed else rng.choice(allowed)
        return (replace(first, colour=colour),) * len(description.things)
    return tuple(
        thing if thing.colour in allowed else replace(thing, colour=rng.choice(allowed)) for thing in description.things
    )


def _before_a_view(description: Description, rng: random.Random) -> Description:
    view = rng.choice(VIEWS)
    things = _recoloured(description, colours_before(view), rng)
    return replace(description, things=things, background=UNSPOKEN, view=view)


def _with_a_word(description: Description, rng: random.Random) -> Description:
    background = description.background
    allowed: list[ColourName] = [name for name in COLOURS if name not in INKS and stands_out(name, background)]
    thing = _recoloured(replace(description, arrangement="list"), allowed, rng)[0]
    return Description("single", (thing,), background, word=rng.choice(WORDS))


def widened(description: Description, rng: random.Random) -> Description:
    """A description in a style (45 %), before a view (25 %), both (10 %), or with a word (20 %)."""
    draw = rng.random()
    if draw < 0.45:
        return _styled(description, rng)
    if draw < 0.70:
        return _before_a_view(description, rng)
    if draw < 0.80:
        return _before_a_view(_styled(description, rng), rng)
    return _with_a_word(description, rng)


def wide_scenes(seed: int, *, held_out: bool) -> Iterator[Scene]:
    """An endless, deterministic stream of wider scenes, split like the plain ones."""
    rng = random.Random(f"{SPLIT_SEED}|wide|{'held out' if held_out else 'training'}|{seed}")
    while True:
        description = widened(draw_description(rng), rng)
        if is_held_out(description) == held_out:
            yield place(description, rng)


def draw_wide(count: int, seed: int, *, held_out: bool) -> list[Scene]:
    """The first `count` scenes of a stream."""
    return list(islice(wide_scenes(seed, held_out=held_out), count))
