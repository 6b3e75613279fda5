"""Held-out scenes with their captions and true pictures, which measurements ask for."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from training.world.captions import plain_caption
from training.world.pool import draw_scenes
from training.world.render import render_image
from training.world.scene import Description, Scene, place
from training.world.vocabulary import COLOURS, stands_out


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Attributes:
        scenes: with places.
        captions: plainly worded.
    """

    scenes: list[Scene]
    captions: list[str]

    @property
    def descriptions(self) -> list[Description]:
        """What the captions say."""
        return [scene.description for scene in self.scenes]

    def pictures(self) -> list[Image.Image]:
        """True pictures of the scenes."""
        return [render_image(scene) for scene in self.scenes]


def held_out(count: int, seed: int) -> Asked:
    """The first held-out scenes of a stream of their own."""
    scenes = draw_scenes(count, 4000 + seed, held_out=True)
    return Asked(scenes, [plain_caption(scene.description) for scene in scenes])


def others(count: int, seed: int) -> list[Image.Image]:
    """True pictures of other held-out captions: a set that is compared with must not be paired with what it judges."""
    return held_out(count, 500 + seed).pictures()


def placed_again(descriptions: Sequence[Description], seed: int) -> list[Image.Image]:
    """True pictures of descriptions with places of their own: what a perfect painter might paint."""
    rng = random.Random(f"places {seed}")
    return [render_image(place(description, rng)) for description in descriptions]


def recoloured(description: Description, rng: random.Random) -> Description:
    """The same with another colour of its first thing (of all things, where they are counted)."""
    thing = description.things[0]
    taken = {one.colour for one in description.things}
    free = [name for name in COLOURS if name not in taken and stands_out(name, description.background)]
    new = replace(thing, colour=rng.choice(free))
    rest = description.things[1:]
    things = (new,) * len(description.things) if description.arrangement == "count" else (new, *rest)
    return replace(description, things=things)


def recoloured_all(descriptions: Sequence[Description], seed: int) -> list[Description]:
    """The same with another colour of each one's first thing; see `recoloured`."""
    rng = random.Random(f"edits {seed}")
    return [recoloured(one, rng) for one in descriptions]
