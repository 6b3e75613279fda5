"""Descriptions to English captions, and back."""

import random
import re
from dataclasses import replace
from typing import get_args

from training.world.scene import Description, Thing
from training.world.tails import ENGLISH, cut_tail, spoken_tail
from training.world.vocabulary import (
    BACKGROUNDS,
    COLOURS,
    OBJECTS,
    RELATIONS,
    SIZES,
    ColourName,
    ObjectName,
    RelationName,
    SizeName,
)

PLURALS: dict[ObjectName, str] = {name: f"{name}es" if name == "cross" else f"{name}s" for name in OBJECTS}
NUMBERS: dict[int, str] = {2: "two", 3: "three"}
UNSPOKEN_BACKGROUND: ColourName = "white"
"""The background of captions that name none."""
UNSPOKEN = 0.3
"""How often a caption leaves that background unsaid."""
RELATION_WORDS: dict[RelationName, tuple[str, ...]] = {
    "above": ("above",),
    "below": ("below",),
    "left of": ("to the left of", "left of"),
    "right of": ("to the right of", "right of"),
}


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _words(thing: Thing, noun: str, *, speak_medium: bool) -> str:
    size = [] if thing.size == "medium" and not speak_medium else [thing.size]
    return " ".join([*size, thing.colour, noun])


def _subject(description: Description, speak_medium: bool, relation: str) -> str:
    things = description.things
    if description.arrangement == "count":
        return f"{NUMBERS[len(things)]} {_words(things[0], PLURALS[things[0].object], speak_medium=speak_medium)}"
    spoken = [_words(thing, thing.object, speak_medium=speak_medium) for thing in things]
    spoken = [f"{_article(words)} {words}" for words in spoken]
    if description.arrangement == "relation":
        return f"{spoken[0]} {relation} {spoken[1]}"
    return " and ".join([", ".join(spoken[:-1]), spoken[-1]]) if len(spoken) > 1 else spoken[0]


def plain_caption(description: Description) -> str:
    """The caption with every choice at its plainest: "a red circle above a blue square on a white background"."""
    relation = RELATION_WORDS[description.relation][0] if description.relation else ""
    subject = _subject(description, False, relation)
    return f"{subject}{_ground(description)}{spoken_tail(description, ENGLISH)}"


def _ground(description: Description) -> str:
    """What is said of the background; a view is told in the tail."""
    if description.view is not None:
        return ""
    return f" on {_article(description.background)} {description.background} background"


def draw_caption(description: Description, rng: random.Random, *, unspoken: float = UNSPOKEN) -> str:
    """One of the ways to say a description: either side of a relation first, spoken or silent defaults.

    A white background is left unsaid with the chance `unspoken`.
    """
    if description.relation is not None and rng.random() < 0.5:
        description = description.mirrored()
    relation = rng.choice(RELATION_WORDS[description.relation]) if description.relation else ""
    subject = _subject(description, rng.random() < 0.15, relation)
    tail = spoken_tail(description, ENGLISH)
    if description.background == UNSPOKEN_BACKGROUND and rng.random() < unspoken:
        return subject + tail
    return f"{subject}{_ground(description)}{tail}"


_NOUNS: dict[str, ObjectName] = {}
for _name in OBJECTS:
    _NOUNS[_name] = _NOUNS[PLURALS[_name]] = _name
_THING = re.compile(
    rf"(?:(?P<number>an?|two|three) )?(?:(?P<size>{'|'.join(SIZES)}) )?"
    rf"(?P<colour>{'|'.join(COLOURS)}) (?P<noun>{'|'.join(sorted(_NOUNS, key=len, reverse=True))})"
)
_GROUND = re.compile(rf"^(?P<subject>.*?)(?: on an? (?P<background>{'|'.join(BACKGROUNDS)}) background)?$")
_RELATION = re.compile(r" (above|below|(?:to the )?left of|(?:to the )?right of) ")


class UnreadableCaptionError(ValueError):
    """The caption is not of the world's grammar."""


def _parse_thing(text: str) -> tuple[Thing, int]:
    found = _THING.fullmatch(text.strip())
    if found is None:
        raise UnreadableCaptionError(f'"{text}" is not a thing of this world, such as "a small red circle"')
    size: SizeName = next((name for name in get_args(SizeName) if name == found["size"]), "medium")
    colour: ColourName = next(name for name in COLOURS if name == found["colour"])
    return Thing(_NOUNS[found["noun"]], colour, size), {"two": 2, "three": 3}.get(found["number"] or "a", 1)


def parse_caption(caption: str) -> Description:
    """Read a caption of the world's grammar.

    Raises:
        UnreadableCaptionError: naming the part that is not of the grammar.
    """
    text, wider = cut_tail(" ".join(caption.lower().replace(".", " ").split()), ENGLISH)
    return replace(_parse_plain(text), style=wider.style, view=wider.view, word=wider.word)


def _parse_plain(text: str) -> Description:
    ground = _GROUND.fullmatch(text)
    assert ground is not None  # the expression's subject takes any text
    name = ground["background"] or UNSPOKEN_BACKGROUND
    background: ColourName = next(colour for colour in BACKGROUNDS if colour == name)
    parts = _RELATION.split(ground["subject"])
    if len(parts) == 3:
        relation: RelationName = next(known for known in RELATIONS if known in parts[1])
        things = (_parse_thing(parts[0])[0], _parse_thing(parts[2])[0])
        return Description("relation", things, background, relation)
    listed = [part for part in re.split(r", and |, | and ", ground["subject"]) if part]
    if len(listed) > 1:
        return Description("list", tuple(_parse_thing(part)[0] for part in listed), background)
    thing, number = _parse_thing(ground["subject"])
    return Description("count" if number > 1 else "single", (thing,) * number, background)


def canonical(description: Description) -> Description:
    """The one form of descriptions that say the same: relations told with "above" or "left of"."""
    if description.relation in ("below", "right of"):
        return description.mirrored()
    return replace(description)
