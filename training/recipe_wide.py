"""The wider world for the Stable Diffusion starter, put together: its autoencoder first, then its UNet."""

from functools import partial

from training.parallel import Team, together
from training.recipe_pixels import PixelCourse
from training.shipped_encoders import clip_states
from training.stages import wide_autoencoder, widen
from training.starters import SD

MINUTES = 180.0
SHARE_OF_AUTOENCODER = 0.1


def _autoencoder(course: PixelCourse, minutes: float, team: Team) -> None:
    wide_autoencoder.train(course.state, team, minutes=minutes, seed=course.seed)


def _unet(course: PixelCourse, minutes: float, team: Team) -> None:
    encode = clip_states()
    data = widen.prepared(course.state, encode, team, seed=course.seed)
    looks = widen.Looks(wide_autoencoder.finished(course.state), encode, course.seed)
    widen.train(course.state, data, looks, team, minutes=minutes, seed=course.seed, start=course.init_from)


def train_wider(course: PixelCourse) -> None:
    """Teach the shipped starter styles, views and words, and write it."""
    minutes = course.minutes or MINUTES
    first = SHARE_OF_AUTOENCODER * minutes
    together(partial(_autoencoder, course, first), course.processes)
    together(partial(_unet, course, minutes - first), course.processes)
    print(f"{SD}: {widen.export(course.state) / 1e6:.2f} MB")
