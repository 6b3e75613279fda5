"""Teach the shipped Stable Diffusion starter the wider world: styles, views and words, in both languages.

It reads the text encoder as it is shipped, and paints in the latents of the autoencoder that `wide_autoencoder` left.
"""

import random
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderKL
from training.compact import compact
from training.dealt import dealt
from training.grader.grading import grade, shares
from training.loop import Course, Judge, follow, look_with
from training.parallel import Team
from training.ship import write_shipped
from training.shipped_encoders import States
from training.stages import unet, wide_autoencoder
from training.stages.care import care_of
from training.stages.export import SENSITIVE
from training.stages.inpaint import encoded
from training.stages.pixel_model import weights_of
from training.stages.sheet import sheet
from training.stages.unet_model import TIMESTEPS, kept_signal, sample
from training.starters import SD
from training.state import load_state
from training.world.captions import UNSPOKEN_BACKGROUND, plain_caption
from training.world.languages import draw_any_caption
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.scene import Description, Scene
from training.world.wide import draw_wide

STATE, DATA = "widen.pt", "widen-data.pt"
PLAIN, WIDE = 7_000, 9_000
"""Scenes of each world."""
CHINESE = 0.35
"""Share of captions in Chinese."""
SILENT = 0.6
"""How many captions of plain white backgrounds do not name them. Captions with a view do not either: the network has
to tell these from those."""
SILENT_WEIGHT = VIEW_WEIGHT = 3.0
"""How much oftener such a caption is drawn than another, and one with a view."""
BATCH = 32
LEARNING_RATE = 5e-4
LOOKS_OF_EACH = 24
BLIND = 0.25
"""Share of a batch that starts from noise alone, as painting does."""
BLIND_TIMES = 40
"""How many of the noisiest timesteps those are of."""


@dataclass(frozen=True)
class Lessons:
    """Scaled latents [N, 4, 16, 16], weights of their cells [N, 1, 16, 16], token states [N, 77, 192], how often
    each is drawn [N], and the states of the empty caption [1, 77, 192]."""

    latents: Tensor
    care: Tensor
    states: Tensor
    often: Tensor
    empty: Tensor


ROWS = tuple(one.name for one in fields(Lessons) if one.name != "empty")


def told(scene: Scene, rng: random.Random) -> tuple[str, float]:
    """A caption of a scene, and how often it is drawn."""
    description = scene.description
    plain = description.view is None and description.background == UNSPOKEN_BACKGROUND
    silent = plain and rng.random() < SILENT
    caption = draw_any_caption(description, rng, chinese=CHINESE, unspoken=float(silent))
    if description.view is not None:
        return caption, VIEW_WEIGHT
    return caption, SILENT_WEIGHT if silent else 1.0


def _part(team: Team, autoencoder: AutoencoderKL, encode: States, seed: int) -> dict[str, Tensor]:
    """This process's part of the data."""
    scenes = draw_scenes(PLAIN, seed, held_out=False) + draw_wide(WIDE, seed, held_out=False)
    scenes = scenes[team.rank :: team.size]
    rng = random.Random(f"lessons {seed} {team.rank} of {team.size}")
    found: dict[str, list[Tensor]] = {name: [] for name in ROWS}
    for start in range(0, len(scenes), 32):
        some = scenes[start : start + 32]
        found["latents"].append(encoded(autoencoder, to_unit_range(render_all(some))).half())
        found["care"].append(torch.stack([care_of(scene) for scene in some]))
        captions = [told(scene, rng) for scene in some]
        found["states"].append(encode([caption for caption, _ in captions]).half())
        found["often"].append(torch.tensor([often for _, often in captions]))
        if start % 960 == 0:
            team.say(f"latents: {start} of {len(scenes)}")
    return {name: torch.cat(parts) for name, parts in found.items()}


def prepared(state_dir: Path, encode: States, team: Team, *, seed: int) -> Lessons:
    """Draw scenes and encode them, once for a state folder."""

    def make() -> dict[str, Tensor]:
        return _part(team, wide_autoencoder.finished(state_dir), encode, seed)

    return Lessons(**dealt(state_dir / DATA, ROWS, make, team), empty=encode([""]))


def noised(clean: Tensor, kept: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Timesteps [B], noised latents and the noise to predict, both like `clean` [B, 4, 16, 16].

    Even the noisiest timestep of the published schedule keeps some of the picture, most legibly its mean, and a network
    that reads the mean there takes that of the noise it paints from for the background (Lin et al. 2024, "Common
    diffusion noise schedules and sample steps are flawed", section 3.1). So some of each batch keep nothing at all:
    there the caption alone tells what to paint.
    """
    count = len(clean)
    blind = torch.rand(count, generator=rng) < BLIND
    latest = TIMESTEPS - 1 - torch.randint(BLIND_TIMES, (count,), generator=rng)
    time = torch.where(blind, latest, unet.draw_times(count, rng))
    share = kept[time][:, None, None, None]
    drawn = torch.randn(clean.shape, generator=rng)
    noisy = torch.where(blind[:, None, None, None], drawn, share.sqrt() * clean + (1 - share).sqrt() * drawn)
    return time, noisy, (noisy - share.sqrt() * clean) / (1 - share).sqrt()


def loss_of(model: nn.Module, data: Lessons, count: int, rng: torch.Generator, kept: Tensor) -> Tensor:
    """The error of the predicted noise on one batch, weighted as in `unet` and by the care that each cell needs."""
    which = torch.multinomial(data.often, count, replacement=True, generator=rng)
    clean, context = data.latents[which].float(), data.states[which].float()
    dropped = torch.rand(count, generator=rng) < unet.DROPPED
    context = torch.where(dropped[:, None, None], data.empty, context)
    time, noisy, noise = noised(clean, kept, rng)
    noisy = noisy.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(noisy, time, context)
    weight = (1 / kept[time]).clamp(max=unet.LARGEST_WEIGHT)[:, None, None, None] * data.care[which]
    return ((predicted.float() - noise).square() * weight).mean()


class Looks:
    """Paints and grades held-out prompts of both worlds now and then."""

    def __init__(self, autoencoder: AutoencoderKL, encode: States, seed: int) -> None:
        self.autoencoder = autoencoder
        self.asked: dict[str, list[Description]] = {
            name: [scene.description for scene in draw(LOOKS_OF_EACH, seed, held_out=True)]
            for name, draw in (("plain", draw_scenes), ("wide", draw_wide))
        }
        self.states = {name: encode([plain_caption(one) for one in asked]) for name, asked in self.asked.items()}
        self.empty = encode([""])

    def __call__(self, model: nn.Module, path: Path) -> tuple[str, float]:
        """Write a sheet of pictures; returns a line with what came out right, and the share of pictures that did."""
        pictures, lines, right = [], [], 0
        for name, asked in self.asked.items():
            latents = sample(model, self.states[name], self.empty, steps=20, guidance=4.0, seed=1)
            painted = unet.decode(self.autoencoder, latents)
            found = shares([grade(picture, one) for picture, one in zip(painted, asked, strict=True)])
            told = ", ".join(f"{what} {one.right}/{one.asked}" for what, one in found.items() if one.asked)
            lines.append(f"{name}: {told}")
            right += found["all but size"].right
            pictures += painted
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures, 12).save(path)
        return "; ".join(lines), right / len(pictures)


def build(start: Path | None) -> nn.Module:
    """The shipped UNet, ready to be trained on."""
    model = unet.build()
    model.load_state_dict(weights_of(start or SD))
    return model.requires_grad_(True)


def train(
    state_dir: Path, data: Lessons, looks: Judge, team: Team, *, minutes: float, seed: int, start: Path | None = None
) -> None:
    """Train, or go on from the saved state; now and then a sheet of pictures and a quick grade."""
    torch.manual_seed(seed)
    model = build(start)
    kept = kept_signal()

    outer = ("input_blocks.0.", "out.inner.")
    course = Course(state_dir / STATE, seed, 1_000_000, minutes, LEARNING_RATE, outer, 1200.0)
    look = look_with(partial(build, start), looks, course.state)
    follow(course, model, team, lambda rng: loss_of(model, data, BATCH // team.size, rng, kept), look)


def export(state_dir: Path) -> int:
    """Write the starter with its new UNet and autoencoder, and all else as it was; returns the file's bytes."""
    with safe_open(SD, "pt") as shipped:
        metadata = dict(shipped.metadata())
    averaged = unet.published_weights(load_state(state_dir / STATE)["average"])
    weights = {f"model.diffusion_model.{name}": tensor for name, tensor in averaged.items()}
    autoencoder = wide_autoencoder.finished(state_dir).state_dict()
    weights |= {f"first_stage_model.{name}": tensor for name, tensor in autoencoder.items()}
    metadata["modelspec.description"] = (
        "Paints the shapes world: things in relations, in styles, before views, with words."
    )
    return write_shipped(compact(weights, SENSITIVE), SD, metadata)
