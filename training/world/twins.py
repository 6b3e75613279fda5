"""Hard negatives: descriptions that differ from one in a single respect, often only in order or binding."""

import random
from dataclasses import replace

from training.world.scene import Description, Thing
from training.world.vocabulary import (
    BACKGROUNDS,
    COLOURS,
    INVERSE,
    OBJECTS,
    RELATIONS,
    ColourName,
    SizeName,
    stands_out,
)


def _fits(description: Description) -> bool:
    return all(stands_out(thing.colour, description.background) for thing in description.things)


def _with_thing(description: Description, index: int, thing: Thing) -> Description:
    things = list(description.things)
    if description.arrangement == "count":
        things = [thing] * len(things)
    things[index] = thing
    return replace(description, things=tuple(things))


def binding_twins(description: Description) -> list[Description]:
    """The same words bound otherwise: places swapped, colours swapped, sizes swapped, relation turned."""
    twins: list[Description] = []
    if len(description.things) < 2 or description.arrangement == "count":
        return twins
    first, second, *rest = description.things
    if description.relation is not None:
        twins.append(replace(description, relation=INVERSE[description.relation]))
    swapped = (replace(first, colour=second.colour), replace(second, colour=first.colour))
    twins.append(replace(description, things=(*swapped, *rest)))
    sized = (replace(first, size=second.size), replace(second, size=first.size))
    twins.append(replace(description, things=(*sized, *rest)))
    shaped = (replace(first, object=second.object), replace(second, object=first.object))
    twins.append(replace(description, things=(*shaped, *rest)))
    if len(rest) == 1:
        last = (replace(second, colour=rest[0].colour), replace(rest[0], colour=second.colour))
        twins.append(replace(description, things=(first, *last)))
    return twins


def _change_number(description: Description) -> Description | None:
    things = description.things
    if description.arrangement == "single":
        size: SizeName = "medium" if things[0].size == "large" else things[0].size
        return replace(description, arrangement="count", things=(replace(things[0], size=size),) * 2)
    if description.arrangement != "count":
        return None
    if len(things) == 2 and things[0].size != "large":
        return replace(description, things=(things[0],) * 3)
    return replace(description, things=(things[0],) * 2) if len(things) == 3 else None


def content_twins(description: Description, rng: random.Random) -> list[Description]:
    """One word changed: a colour, an object, a size, the background, the axis of the relation, the number."""
    index = rng.randrange(len(description.things))
    thing = description.things[index]
    colours: list[ColourName] = [
        name for name in COLOURS if name != thing.colour and stands_out(name, description.background)
    ]
    objects = [name for name in OBJECTS if name != thing.object]
    fits_large = len(description.things) < 3
    sizes: tuple[SizeName, ...] = ("small", "medium", "large") if fits_large else ("small", "medium")
    twins = [
        _with_thing(description, index, replace(thing, colour=rng.choice(colours))),
        _with_thing(description, index, replace(thing, object=rng.choice(objects))),
        _with_thing(description, index, replace(thing, size=rng.choice([s for s in sizes if s != thing.size]))),
    ]
    grounds = [replace(description, background=name) for name in BACKGROUNDS if name != description.background]
    fitting = [ground for ground in grounds if _fits(ground)]
    if fitting:
        twins.append(rng.choice(fitting))
    if description.relation is not None:
        others = [name for name in RELATIONS if name not in (description.relation, INVERSE[description.relation])]
        twins.append(replace(description, relation=rng.choice(others)))
    number = _change_number(description)
    return [*twins, number] if number is not None else twins


def same_meaning(first: Description, second: Description) -> bool:
    """Whether two descriptions call for the same pictures (lists in another order do)."""
    if first == second:
        return True
    if first.relation is not None and second.relation is not None:
        return first.mirrored() == second
    if "list" not in (first.arrangement, second.arrangement) or first.background != second.background:
        return False
    key = [sorted((t.object, t.colour, t.size) for t in d.things) for d in (first, second)]
    return key[0] == key[1] and first.arrangement in ("list", "count") and second.arrangement in ("list", "count")


def hard_twins(description: Description, rng: random.Random, count: int) -> list[Description]:
    """Up to `count` wrong descriptions, those that only rebind the same words first; none means the same."""
    content = content_twins(description, rng)
    rng.shuffle(content)
    chosen: list[Description] = []
    for twin in [*binding_twins(description), *content]:
        if not any(same_meaning(twin, other) for other in (description, *chosen)):
            chosen.append(twin)
    return chosen[:count]
