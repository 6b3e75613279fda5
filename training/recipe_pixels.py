"""The stages of the 64-pixel networks and of inpainting, put together."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.parallel import Team, together
from training.shipped_encoders import clip_states, picture_embeddings, t5_states
from training.stages import inpaint, pixel_export, pixels
from training.world.languages import draw_any_caption


@dataclass(frozen=True)
class PixelCourse:
    """Where states lie, the seed, minutes (0: the stage's own), how many processes, and a file to start from."""

    state: Path
    seed: int
    minutes: float
    processes: int
    init_from: Path | None = None


def _train(course: PixelCourse, goal: pixels.Goal, data: pixels.PixelSet, asked: pixels.Asked, team: Team) -> None:
    minutes, seed, start = course.minutes, course.seed, course.init_from
    pixels.train(course.state, goal, data, asked, team, minutes=minutes, seed=seed, start=start)


def _words(course: PixelCourse, team: Team) -> None:
    encode = clip_states()
    data = pixels.prepared(course.state, pixels.WORDS, encode, seed=course.seed)
    _, asked = pixels.asked_scenes(encode, course.seed)
    _train(course, pixels.WORDS, data, asked, team)


def train_words(course: PixelCourse) -> None:
    """Train on words alone: where decoder and base begin."""
    # Made here once, or every process would make it.
    pixels.prepared(course.state, pixels.WORDS, clip_states(), seed=course.seed)
    together(partial(_words, course), course.processes)


def _decoder(course: PixelCourse, team: Team) -> None:
    encode = clip_states()
    data = pixels.prepared(course.state, pixels.DECODER, encode, seed=course.seed)
    scenes, asked = pixels.asked_scenes(encode, course.seed)
    data, asked = pixels.with_embeddings(data, asked, scenes, course.state, picture_embeddings)
    _train(course, pixels.DECODER, data, asked, team)


def train_decoder(course: PixelCourse) -> None:
    """Train unCLIP's decoder and write it."""
    pixels.prepared(course.state, pixels.DECODER, clip_states(), seed=course.seed)
    together(partial(_decoder, course), course.processes)
    _told(*pixel_export.export(course.state, pixels.DECODER))


def _imagen(course: PixelCourse, team: Team) -> None:
    encode = t5_states()
    data = pixels.prepared(course.state, pixels.IMAGEN, encode, draw_any_caption, seed=course.seed)
    _, asked = pixels.asked_scenes(encode, course.seed)
    _train(course, pixels.IMAGEN, data, asked, team)


def train_imagen(course: PixelCourse) -> None:
    """Train Imagen's base and write it."""
    pixels.prepared(course.state, pixels.IMAGEN, t5_states(), draw_any_caption, seed=course.seed)
    together(partial(_imagen, course), course.processes)
    _told(*pixel_export.export(course.state, pixels.IMAGEN))


def _inpaint(course: PixelCourse, team: Team) -> None:
    encode = clip_states()
    data = inpaint.prepared(course.state, encode, team, seed=course.seed)
    looks = inpaint.Looks(encode, course.seed)
    inpaint.train(course.state, data, looks, team, minutes=course.minutes, seed=course.seed, start=course.init_from)


def train_inpaint(course: PixelCourse) -> None:
    """Train the inpainting variant and write it."""
    together(partial(_inpaint, course), course.processes)
    _told(*inpaint.export(course.state))


def _told(path: Path, size: int) -> None:
    print(f"{path}: {size / 1e6:.2f} MB")
