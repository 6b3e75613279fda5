"""Tasks of filling a hole, and whether a hole was filled as asked."""

import random
from dataclasses import dataclass, replace

from PIL import Image

from training.grader.reader import read_scene
from training.world.captions import plain_caption
from training.world.holes import Mask, hole_over
from training.world.scene import Description, Item, Scene, Thing
from training.world.split import is_held_out, scenes
from training.world.vocabulary import COLOURS, OBJECTS, SIZES, stands_out


@dataclass(frozen=True)
class Filling:
    """A picture, a hole in it over one thing, and what shall be there.

    Attributes:
        before: the scene as it is.
        after: the scene as it shall be: the same with another thing in that place.
        item: the new thing.
        hole: bool [128, 128], true where it is to be painted.
    """

    before: Scene
    after: Scene
    item: Item
    hole: Mask

    @property
    def caption(self) -> str:
        """What the whole picture shall show."""
        return plain_caption(self.after.description)


def _another(thing: Thing, description: Description, rng: random.Random) -> Thing:
    """A thing of the same size with another name and colour, which no other thing of the picture has."""
    names = [name for name in OBJECTS if name not in {one.object for one in description.things}]
    taken = {one.colour for one in description.things}
    colours = [name for name in COLOURS if name not in taken and stands_out(name, description.background)]
    return replace(thing, object=rng.choice(names), colour=rng.choice(colours))


def draw_filling(rng: random.Random, scene: Scene) -> Filling:
    """Draw what to paint instead of a thing; where things are counted, a thing like the others."""
    number = rng.randrange(len(scene.items))
    old = scene.items[number]
    if scene.description.arrangement == "count":
        return Filling(scene, scene, old, hole_over(old, rng))
    thing = _another(old.thing, scene.description, rng)
    things = (*scene.description.things[:number], thing, *scene.description.things[number + 1 :])
    items = tuple(Item(one, item.x, item.y) for one, item in zip(things, scene.items, strict=True))
    after = Scene(replace(scene.description, things=things), items)
    return Filling(scene, after, items[number], hole_over(old, rng))


def held_out_fillings(count: int, seed: int) -> list[Filling]:
    """Tasks whose prompts have a held-out combination."""
    rng = random.Random(f"fillings {seed}")
    found: list[Filling] = []
    for scene in scenes(seed, held_out=True):
        filling = draw_filling(rng, scene)
        if is_held_out(filling.after.description):
            found.append(filling)
        if len(found) == count:
            break
    return found


@dataclass(frozen=True)
class Filled:
    """What of the thing in the hole came out right; a thing counts where its centre lies in the asked thing's box."""

    object: bool
    colour: bool
    size: bool

    @property
    def right(self) -> bool:
        """Whether object and colour are right."""
        return self.object and self.colour


def judge(picture: Image.Image, asked: Filling) -> Filled:
    """Read what is in the hole."""
    reach = SIZES[asked.item.thing.size] / 2
    near = [
        one
        for one in read_scene(picture).things
        if abs(one.x - asked.item.x) <= reach and abs(one.y - asked.item.y) <= reach
    ]
    if not near:
        return Filled(False, False, False)
    found, thing = max(near, key=lambda one: one.overlap), asked.item.thing
    return Filled(found.object == thing.object, found.colour == thing.colour, found.size == thing.size)
