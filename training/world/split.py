"""The held-out split: combinations of object, colour and role that training never sees."""

import hashlib
import random
from collections.abc import Iterator

from training.world.scene import Description, Scene, draw_description, place
from training.world.vocabulary import INVERSE, ColourName, ObjectName

SPLIT_SEED = "noiseloom-starter-1"
HELD_OUT_SHARE = 0.12
"""Share of (object, colour, role) combinations that are held out."""


def is_held_out_combination(name: ObjectName, colour: ColourName, role: str) -> bool:
    """Whether this object in this colour in this role (a relation or an arrangement) is kept from training."""
    digest = hashlib.sha256(f"{SPLIT_SEED}|{name}|{colour}|{role}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < HELD_OUT_SHARE


def roles(description: Description) -> list[str]:
    """The role of each thing: its side of the relation, or the arrangement."""
    if description.relation is not None:
        return [description.relation, INVERSE[description.relation]]
    return [description.arrangement] * len(description.things)


def is_held_out(description: Description) -> bool:
    """Whether any thing of this description is in a held-out combination."""
    pairs = zip(description.things, roles(description), strict=True)
    return any(is_held_out_combination(thing.object, thing.colour, role) for thing, role in pairs)


def scenes(seed: int, *, held_out: bool) -> Iterator[Scene]:
    """An endless, deterministic stream of scenes: of training, or with at least one held-out combination."""
    rng = random.Random(f"{SPLIT_SEED}|{'held out' if held_out else 'training'}|{seed}")
    while True:
        description = draw_description(rng)
        if is_held_out(description) == held_out:
            yield place(description, rng)
