"""What a picture says (a description) and where its things are (a scene)."""

import random
from dataclasses import dataclass, replace

from training.world.vocabulary import (
    BACKGROUNDS,
    COLOURS,
    INVERSE,
    OBJECTS,
    PICTURE_SIZE,
    RELATIONS,
    SIZES,
    ArrangementName,
    ColourName,
    ObjectName,
    RelationName,
    SizeName,
    StyleName,
    ViewName,
    WordName,
    stands_out,
)

MARGIN = 4
"""Pixels between an object's box and the picture's edge."""
GAP = 4
"""Least pixels between the boxes of two objects."""
WORD_HEIGHT = 28
"""Pixels from the top to the bottom of a word."""


@dataclass(frozen=True)
class Thing:
    """An object as words name it."""

    object: ObjectName
    colour: ColourName
    size: SizeName = "medium"


@dataclass(frozen=True)
class Description:
    """What a caption says: everything but the exact places.

    Attributes:
        arrangement: one thing; two or three of the same; two in a relation; or two or three listed.
        things: in the order of the caption; for "count" the same thing repeated.
        background: colour of the ground; white where a view is in its place.
        relation: things[0] is <relation> things[1]; only for the arrangement "relation".
        style: how the things are painted.
        view: what is behind the things instead of one colour.
        word: what is written under a single thing.
    """

    arrangement: ArrangementName
    things: tuple[Thing, ...]
    background: ColourName
    relation: RelationName | None = None
    style: StyleName = "flat"
    view: ViewName | None = None
    word: WordName | None = None

    def mirrored(self) -> "Description":
        """Say the same the other way round: "a above b" is "b below a". Only for relations."""
        if self.relation is None:
            raise ValueError(f"a description without a relation cannot be mirrored: {self}")
        return replace(self, things=self.things[::-1], relation=INVERSE[self.relation])


@dataclass(frozen=True)
class Item:
    """A thing at a place: the centre of its box, in pixels from the left and the top."""

    thing: Thing
    x: int
    y: int


@dataclass(frozen=True)
class Scene:
    """A description with a place for each thing, and the centre of the word, if there is one, in pixels."""

    description: Description
    items: tuple[Item, ...]
    word_at: tuple[int, int] | None = None


def _draw_thing(rng: random.Random, background: ColourName, sizes: tuple[SizeName, ...]) -> Thing:
    colours: list[ColourName] = [name for name in COLOURS if stands_out(name, background)]
    colour = rng.choice(colours)
    return Thing(rng.choice(OBJECTS), colour, rng.choice(sizes))


def draw_description(rng: random.Random) -> Description:
    """Draw what a picture shows: 50 % relations, 20 % single things, 15 % counts, 15 % lists."""
    background = rng.choice(BACKGROUNDS)
    draw = rng.random()
    any_size: tuple[SizeName, ...] = ("small", "medium", "large")
    # Most scenes keep the unspoken size, so that captions without size words are common.
    sizes: tuple[SizeName, ...] = ("medium",) if rng.random() < 0.5 else any_size
    if draw < 0.20:
        return Description("single", (_draw_thing(rng, background, any_size),), background)
    number = rng.choice((2, 3))
    if number == 3 and sizes == any_size:
        sizes = ("small", "medium")  # three large things do not fit
    if draw < 0.35:
        return Description("count", (_draw_thing(rng, background, sizes),) * number, background)
    if draw < 0.50:
        things = tuple(_draw_thing(rng, background, sizes) for _ in range(number))
        return Description("list", things, background)
    if number == 3:
        sizes = ("medium",) if sizes == ("medium",) else any_size
    pair = (_draw_thing(rng, background, sizes), _draw_thing(rng, background, sizes))
    return Description("relation", pair, background, rng.choice(RELATIONS))


def _inside(rng: random.Random, centre: float, spread: int, box: int) -> int:
    low, high = MARGIN + box / 2, PICTURE_SIZE - MARGIN - box / 2
    return round(min(max(centre + rng.randint(-spread, spread), low), high))


def _relation_places(rng: random.Random, first: int, second: int, relation: RelationName) -> list[tuple[int, int]]:
    """Centres of two boxes, the one that comes first along the relation's axis in front."""
    free = PICTURE_SIZE - 2 * MARGIN - first - second
    gap = rng.randint(GAP + 2, min(28, free))
    start = MARGIN + round((free - gap) / 2) + rng.randint(-min(10, (free - gap) // 2), min(10, (free - gap) // 2))
    along = (round(start + first / 2), round(start + first + gap + second / 2))
    base = PICTURE_SIZE / 2 + rng.randint(-14, 14)
    across = (_inside(rng, base, 7, first), _inside(rng, base, 7, second))
    places = list(zip(across, along, strict=True))
    return places if relation in ("above", "below") else [(y, x) for x, y in places]


def _row_places(rng: random.Random, boxes: list[int]) -> list[tuple[int, int]]:
    """Centres of two or three boxes from left to right, staggered up and down."""
    middle = PICTURE_SIZE / 2
    step = 52 if len(boxes) == 2 else 38
    swing = rng.choice((-1, 1)) * (rng.randint(0, 18) if len(boxes) == 2 else rng.randint(21, 27))
    lift = rng.randint(-8, 8)
    return [
        (
            _inside(rng, middle + (index - (len(boxes) - 1) / 2) * step, 3, box),
            _inside(rng, middle + lift + (swing if index % 2 else -swing), 3, box),
        )
        for index, box in enumerate(boxes)
    ]


def overlap(first: Item, second: Item) -> bool:
    """Whether two boxes come closer than the gap."""
    reach = (SIZES[first.thing.size] + SIZES[second.thing.size]) / 2 + GAP
    return abs(first.x - second.x) < reach and abs(first.y - second.y) < reach


def _over_a_word(description: Description, rng: random.Random, box: int) -> Scene:
    """One thing in the middle, and the word under it."""
    middle = PICTURE_SIZE / 2
    top = round(PICTURE_SIZE - MARGIN - WORD_HEIGHT / 2) - rng.randint(0, 10)
    lowest = round(top - WORD_HEIGHT / 2 - GAP - 2 - box / 2)
    item = Item(description.things[0], _inside(rng, middle, 20, box), rng.randint(MARGIN + box // 2, lowest))
    return Scene(description, (item,), (round(middle) + rng.randint(-14, 14), top))


def place(description: Description, rng: random.Random) -> Scene:
    """Give every thing a place so that none overlap and relations hold.

    Lists and counts run from left to right: one reading of words that leave the places open.
    """
    things = description.things
    boxes = [SIZES[thing.size] for thing in things]
    if description.word is not None:
        return _over_a_word(description, rng, boxes[0])
    for _ in range(1000):
        if description.arrangement == "single":
            places = [(_inside(rng, PICTURE_SIZE / 2, 20, boxes[0]), _inside(rng, PICTURE_SIZE / 2, 20, boxes[0]))]
        elif description.relation is not None:
            backwards = description.relation in ("below", "right of")
            ordered = boxes[::-1] if backwards else boxes
            places = _relation_places(rng, ordered[0], ordered[1], description.relation)
            places = places[::-1] if backwards else places
        else:
            places = _row_places(rng, boxes)
        items = tuple(Item(thing, x, y) for thing, (x, y) in zip(things, places, strict=True))
        if not any(overlap(a, b) for index, a in enumerate(items) for b in items[:index]):
            return Scene(description, items)
    raise ValueError(f"these things do not fit on one picture without overlapping: {description}")
