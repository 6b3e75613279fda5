"""Compare what a picture shows with what was asked."""

import math
from dataclasses import dataclass
from itertools import permutations

from PIL import Image

from training.grader.reader import Found, Reading, read_scene
from training.world.captions import parse_caption
from training.world.scene import Description, Thing
from training.world.vocabulary import RelationName

SIDE_MARGIN = 8.0
"""Pixels by which centres must differ along a relation's axis."""


@dataclass(frozen=True)
class Grade:
    """What a picture got right.

    Attributes:
        objects, colours, sizes: one answer for each thing asked for.
        position: whether the relation holds; None where none was asked for.
        count: whether the picture shows exactly the number of things asked for.
        background: whether the background has the right colour.
        bindings: where things of different kinds were asked for, one answer for each: object and colour on one thing.
        styles: where a style was asked for, one answer for each thing.
        text: whether the asked word is written; None where none was asked for.
    """

    objects: tuple[bool, ...]
    colours: tuple[bool, ...]
    sizes: tuple[bool, ...]
    position: bool | None
    count: bool
    background: bool
    bindings: tuple[bool, ...] = ()
    styles: tuple[bool, ...] = ()
    text: bool | None = None

    @property
    def faithful(self) -> bool:
        """Whether all but the sizes is right."""
        wanted = (*self.objects, *self.colours, *self.styles, self.count, self.background)
        return all(wanted) and self.position is not False and self.text is not False

    @property
    def exact(self) -> bool:
        """Whether everything is right, sizes too."""
        return self.faithful and all(self.sizes)


def holds(relation: RelationName, first: Found, second: Found) -> bool:
    """Whether the first thing is <relation> the second: by a margin, and more along that axis than across."""
    right, down = second.x - first.x, second.y - first.y
    along = {"above": down, "below": -down, "left of": right, "right of": -right}[relation]
    across = right if relation in ("above", "below") else down
    return along >= SIDE_MARGIN and along > abs(across)


def _likeness(thing: Thing, found: Found | None) -> float:
    if found is None:
        return 0.0
    return (thing.object == found.object) + (thing.colour == found.colour) + 0.1 * (thing.size == found.size)


def grade_reading(reading: Reading, asked: Description) -> Grade:
    """Match what was found to what was asked, as favourably as objects, colours and sizes allow."""
    things = asked.things
    candidates: list[Found | None] = [*sorted(reading.things, key=lambda found: -found.overlap)[:6]]
    candidates += [None] * max(0, len(things) - len(candidates))

    def favour(order: tuple[Found | None, ...]) -> tuple[float, bool]:
        likeness = sum(_likeness(thing, found) for thing, found in zip(things, order, strict=True))
        alike = len(things) > 1 and (things[0].object, things[0].colour) == (things[1].object, things[1].colour)
        return round(likeness, 3), alike and _position(order, asked) is True

    best = max(permutations(candidates, len(things)), key=favour)
    pairs = list(zip(things, best, strict=True))
    return Grade(
        objects=tuple(found is not None and thing.object == found.object for thing, found in pairs),
        colours=tuple(found is not None and thing.colour == found.colour for thing, found in pairs),
        sizes=tuple(found is not None and thing.size == found.size for thing, found in pairs),
        position=_position(best, asked),
        count=len(reading.things) == len(things),
        background=(reading.background, reading.view) == (asked.background, asked.view),
        bindings=tuple(_bound(thing, found) for thing, found in pairs) if len(set(things)) > 1 else (),
        styles=_styles([found for _, found in pairs], asked),
        text=None if asked.word is None else reading.word == asked.word,
    )


def _bound(thing: Thing, found: Found | None) -> bool:
    return found is not None and (thing.object, thing.colour) == (found.object, found.colour)


def _styles(found: list[Found | None], asked: Description) -> tuple[bool, ...]:
    if asked.style == "flat":
        return ()
    return tuple(one is not None and one.style == asked.style for one in found)


def _position(order: tuple[Found | None, ...], asked: Description) -> bool | None:
    if asked.relation is None:
        return None
    first, second = order[0], order[1]
    return first is not None and second is not None and holds(asked.relation, first, second)


def grade(image: Image.Image, asked: Description | str) -> Grade:
    """Grade a picture against a description, or a caption of the world's grammar.

    Raises:
        UnreadableCaptionError: if the caption is not of the grammar.
    """
    return grade_reading(read_scene(image), parse_caption(asked) if isinstance(asked, str) else asked)


@dataclass(frozen=True)
class Share:
    """So many right of so many asked."""

    right: int
    asked: int

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927) for the true share."""
        if self.asked == 0:
            return 0.0, 1.0
        z = 1.959964
        share = self.right / self.asked
        centre = share + z * z / (2 * self.asked)
        spread = z * math.sqrt(share * (1 - share) / self.asked + z * z / (4 * self.asked**2))
        scale = 1 + z * z / self.asked
        return (centre - spread) / scale, (centre + spread) / scale


def shares(grades: list[Grade]) -> dict[str, Share]:
    """Totals by category over many pictures; objects, colours and sizes count things, the rest pictures."""

    def of(answers: list[bool]) -> Share:
        return Share(sum(answers), len(answers))

    return {
        "objects": of([answer for grade in grades for answer in grade.objects]),
        "colours": of([answer for grade in grades for answer in grade.colours]),
        "binding": of([answer for grade in grades for answer in grade.bindings]),
        "positions": of([grade.position for grade in grades if grade.position is not None]),
        "sizes": of([answer for grade in grades for answer in grade.sizes]),
        "count": of([grade.count for grade in grades]),
        "background": of([grade.background for grade in grades]),
        "style": of([answer for grade in grades for answer in grade.styles]),
        "text": of([grade.text for grade in grades if grade.text is not None]),
        "all but size": of([grade.faithful for grade in grades]),
        "everything": of([grade.exact for grade in grades]),
    }


def table(grades: list[Grade]) -> str:
    """The totals as a Markdown table with 95 % intervals."""
    lines = ["| category | right | of | share | 95 % interval |", "| --- | ---: | ---: | ---: | --- |"]
    for name, share in shares(grades).items():
        if share.asked == 0:
            continue
        low, high = share.interval()
        percent = 100 * share.right / share.asked
        lines.append(
            f"| {name} | {share.right} | {share.asked} | {percent:.1f} % | {100 * low:.1f}–{100 * high:.1f} % |"
        )
    return "\n".join(lines)
