"""Descriptions to Chinese captions (简体中文), and back: the same grammar as `captions.py` in other words."""

import random
import re
from dataclasses import replace

from training.world.captions import UNSPOKEN, UNSPOKEN_BACKGROUND, UnreadableCaptionError
from training.world.scene import Description, Thing
from training.world.tails import CHINESE, cut_tail, spoken_tail
from training.world.vocabulary import (
    BACKGROUNDS,
    ColourName,
    ObjectName,
    RelationName,
    SizeName,
)

NOUNS: dict[ObjectName, str] = {
    "circle": "圆形",
    "square": "方块",
    "triangle": "三角形",
    "star": "星星",
    "heart": "爱心",
    "cross": "十字",
    "ring": "圆环",
    "diamond": "菱形",
    "moon": "月亮",
    "house": "房子",
    "tree": "树",
    "arrow": "箭头",
}
MEASURES: dict[ObjectName, str] = {
    "star": "颗",
    "heart": "颗",
    "moon": "轮",
    "house": "座",
    "tree": "棵",
    "arrow": "支",
}
"""Measure words that are not the plain 个."""
COLOUR_WORDS: dict[ColourName, str] = {
    "red": "红色",
    "orange": "橙色",
    "yellow": "黄色",
    "green": "绿色",
    "cyan": "青色",
    "blue": "蓝色",
    "purple": "紫色",
    "pink": "粉色",
    "brown": "棕色",
    "white": "白色",
    "black": "黑色",
    "gray": "灰色",
}
SIZE_WORDS: dict[SizeName, str] = {"small": "小的", "medium": "中等大小的", "large": "大的"}
RELATION_WORDS: dict[RelationName, tuple[str, ...]] = {
    "above": ("上方", "上面"),
    "below": ("下方", "下面"),
    "left of": ("左边", "左侧"),
    "right of": ("右边", "右侧"),
}
NUMBERS: dict[int, str] = {2: "两", 3: "三"}


def _words(thing: Thing, *, speak_medium: bool) -> str:
    size = "" if thing.size == "medium" and not speak_medium else SIZE_WORDS[thing.size]
    return f"{size}{COLOUR_WORDS[thing.colour]}{NOUNS[thing.object]}"


def _measure(name: ObjectName, plain: bool) -> str:
    return "个" if plain else MEASURES.get(name, "个")


def _subject(description: Description, relation: str, *, speak_medium: bool, one: bool, plain: bool) -> str:
    things = description.things
    if description.arrangement == "count":
        number = NUMBERS[len(things)] + _measure(things[0].object, plain)
        return number + _words(things[0], speak_medium=speak_medium)
    spoken = [
        (f"一{_measure(thing.object, plain)}" if one else "") + _words(thing, speak_medium=speak_medium)
        for thing in things
    ]
    if description.arrangement == "relation":
        return f"{spoken[0]}在{spoken[1]}{relation}"
    return "和".join(["、".join(spoken[:-1]), spoken[-1]]) if len(spoken) > 1 else spoken[0]


def plain_caption_zh(description: Description) -> str:
    """The caption with every choice at its plainest: “白色背景上，红色圆形在蓝色方块上方”."""
    relation = RELATION_WORDS[description.relation][0] if description.relation else ""
    subject = _subject(description, relation, speak_medium=False, one=False, plain=False)
    tail = spoken_tail(description, CHINESE)
    if description.view is not None:
        return subject + tail
    return f"{COLOUR_WORDS[description.background]}背景上，{subject}{tail}"


def draw_caption_zh(description: Description, rng: random.Random, *, unspoken: float = UNSPOKEN) -> str:
    """One of the ways to say a description: either side of a relation first, spoken or silent defaults.

    A white background is left unsaid with the chance `unspoken`.
    """
    if description.relation is not None and rng.random() < 0.5:
        description = description.mirrored()
    relation = ""
    if description.relation:
        relation = ("的" if rng.random() < 0.3 else "") + rng.choice(RELATION_WORDS[description.relation])
    subject = _subject(
        description, relation, speak_medium=rng.random() < 0.15, one=rng.random() < 0.4, plain=rng.random() < 0.4
    )
    background = f"{COLOUR_WORDS[description.background]}背景"
    tail = spoken_tail(description, CHINESE)
    if description.view is not None or (description.background == UNSPOKEN_BACKGROUND and rng.random() < unspoken):
        return subject + tail
    form = rng.random()
    if form < 0.7:
        return f"{background}上，{subject}{tail}"
    if form < 0.85 or description.relation is not None:
        return f"{subject}，{background}{tail}"
    return f"{background}上有{subject}{tail}"


def _either(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_OBJECTS: dict[str, ObjectName] = {
    **{word: name for name, word in NOUNS.items()},
    **{"心形": "heart", "正方形": "square", "圆圈": "circle"},
}
_COLOURS: dict[str, ColourName] = {
    **{word: name for name, word in COLOUR_WORDS.items()},
    **{"粉红色": "pink", "橘色": "orange", "褐色": "brown"},
}
_SIZES: dict[str, SizeName] = {"小": "small", "中等大小": "medium", "中等": "medium", "大": "large"}
_THING = re.compile(
    rf"(?:(?P<number>[一两二三])[个颗轮座棵支])?(?:(?P<size>{_either(list(_SIZES))})的?)?"
    rf"(?P<colour>{_either(list(_COLOURS))})的?(?P<noun>{_either(list(_OBJECTS))})"
)
_BEFORE = re.compile(r"^(?P<background>[^，]{2,3})背景(?:上|中|里)?(?:，有|，|有)(?P<subject>.+)$")
_AFTER = re.compile(r"^(?P<subject>.+)，(?P<background>[^，]{2,3})背景$")
_SIDES: dict[str, RelationName] = {word: relation for relation, words in RELATION_WORDS.items() for word in words}
_RELATION = re.compile(rf"^(?P<first>.+?)在(?P<second>.+?)的?(?P<side>{_either(list(_SIDES))})$")


def _parse_thing(text: str) -> tuple[Thing, int]:
    found = _THING.fullmatch(text)
    if found is None:
        raise UnreadableCaptionError(f"“{text}” is not a thing of this world, such as “小的红色圆形”")
    number = {"两": 2, "二": 2, "三": 3}.get(found["number"] or "一", 1)
    return Thing(_OBJECTS[found["noun"]], _COLOURS[found["colour"]], _SIZES.get(found["size"] or "", "medium")), number


def parse_caption_zh(caption: str) -> Description:
    """Read a Chinese caption of the world's grammar.

    Raises:
        UnreadableCaptionError: naming the part that is not of the grammar.
    """
    text, wider = cut_tail("".join(caption.split()).replace(",", "，").strip("。."), CHINESE)
    return replace(_parse_plain(text), style=wider.style, view=wider.view, word=wider.word)


def _parse_plain(text: str) -> Description:
    ground = _BEFORE.match(text) or _AFTER.match(text)
    subject, background = text, UNSPOKEN_BACKGROUND
    if ground is not None:
        name = _COLOURS.get(ground["background"])
        subject = ground["subject"]
        found: ColourName | None = next((colour for colour in BACKGROUNDS if colour == name), None)
        if found is None:
            raise UnreadableCaptionError(f"“{ground['background']}背景” is not a background of this world")
        background = found
    relation = _RELATION.match(subject)
    if relation is not None:
        things = (_parse_thing(relation["first"])[0], _parse_thing(relation["second"])[0])
        return Description("relation", things, background, _SIDES[relation["side"]])
    listed = [part for part in re.split(r"、|，|和", subject) if part]
    if len(listed) > 1:
        return Description("list", tuple(_parse_thing(part)[0] for part in listed), background)
    thing, number = _parse_thing(subject)
    return Description("count" if number > 1 else "single", (thing,) * number, background)
