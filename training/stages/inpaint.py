"""Train the nine-channel inpainting variant of the Stable Diffusion starter (Rombach et al. 2022, section 4.5)."""

import random
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.families.joined import GREY
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.unet import UNet
from training.dealt import dealt
from training.grader.filling import Filling, held_out_fillings, judge
from training.loop import Course, Judge, follow, look_with
from training.parallel import Team
from training.quick_kernels import quicken
from training.ship import ship
from training.shipped_encoders import States
from training.stages.care import care_of
from training.stages.latents import SCALE_FACTOR
from training.stages.pixel_model import published_weights, weights_of
from training.stages.sheet import pictures_of, sheet
from training.stages.slimming import slimmed
from training.stages.unet import draw_times
from training.stages.unet_model import CONFIG, TIMESTEPS, PreciseEnd, kept_signal
from training.starters import SD, SD_INPAINT
from training.state import load_state
from training.world.holes import Mask, draw_hole
from training.world.languages import draw_any_caption
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.render import render_image
from training.world.scene import Scene
from training.world.vocabulary import PICTURE_SIZE, ObjectName
from training.world.wide import draw_wide

STATE = "inpaint.pt"
DATA = "inpaint-data.pt"
PLAIN, WIDE = 9_000, 3_000
"""Scenes of each world: pictures of the wide one want filling too."""
CHINESE = 0.25
"""Share of captions in Chinese."""
BATCH = 40
"""Of all processes together."""
LEARNING_RATE = 7e-4
TEXTLESS, WHOLE, CUT_LATER = 0.1, 0.12, 0.15
"""Shares of rows without a caption, of rows whose whole picture is to be painted, and of rows whose hole is cut out of
the latent instead of the picture."""
OUTSIDE = 0.3
"""Weight of the error outside the hole; inside it is 1."""
HARD: frozenset[ObjectName] = frozenset({"tree", "star"})
"""Things whose outline is learnt last."""
HARD_WEIGHT = 2.5
"""How much oftener a hole over such a thing is drawn than another."""
CELLS = PICTURE_SIZE // 8
LARGEST_WEIGHT = 50.0
LARGEST = 2_800_000
"""Bytes of the file."""
SHAPE = replace(CONFIG, in_channels=9, level_channels=(64, 96), middle_depth=0)
"""The starter's UNet with a narrower lower level and no attention in its middle."""
LOOKS = 36


@dataclass(frozen=True)
class Holes:
    """Scaled latents [N, 4, 16, 16] of whole pictures and of pictures with a gray hole, masks [N, 1, 16, 16] (1 is the
    hole), weights of the cells' errors [N, 1, 16, 16], token states [N, 77, 192], how often each is drawn [N], and the
    states of the empty caption [1, 77, 192]."""

    whole: Tensor
    holed: Tensor
    masks: Tensor
    care: Tensor
    states: Tensor
    often: Tensor
    empty: Tensor


ROWS = tuple(one.name for one in fields(Holes) if one.name != "empty")


def shipped_autoencoder() -> AutoencoderKL:
    """The autoencoder of the Stable Diffusion starter."""
    opened = open_model(SD).autoencoder
    assert opened is not None
    return materialise(opened.weighted).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


@torch.no_grad()
def encoded(autoencoder: AutoencoderKL, pixels: Tensor) -> Tensor:
    """Pixels [N, 3, 128, 128] in -1..1 to scaled latents [N, 4, 16, 16], the means."""
    with torch.autocast("cpu", torch.bfloat16):
        return torch.cat([autoencoder.encode(part)[0].float() * SCALE_FACTOR for part in pixels.split(32)])


def cells_of(holes: Tensor) -> Tensor:
    """Holes in pixels [N, 1, 128, 128] to the cells of the latent [N, 1, 16, 16], as the denoiser is given them."""
    return F.interpolate(holes, (CELLS, CELLS), mode="bilinear", antialias=True).round()


def often_of(scene: Scene, hole: Mask) -> float:
    """How often a hole [128, 128] in a scene is drawn, next to one over things that are soon learnt."""
    return HARD_WEIGHT if any(hole[one.y, one.x] and one.thing.object in HARD for one in scene.items) else 1.0


def _part(team: Team, encode: States, seed: int) -> dict[str, Tensor]:
    """This process's part of the data."""
    autoencoder = shipped_autoencoder()
    scenes = draw_scenes(PLAIN, seed, held_out=False) + draw_wide(WIDE, seed, held_out=False)
    scenes = scenes[team.rank :: team.size]
    rng = random.Random(f"holes {seed} {team.rank} of {team.size}")
    found: dict[str, list[Tensor]] = {name: [] for name in ROWS}
    for start in range(0, len(scenes), 32):
        some = scenes[start : start + 32]
        pixels = to_unit_range(render_all(some))
        drawn = [draw_hole(scene, rng) for scene in some]
        holes = torch.from_numpy(np.stack(drawn)[:, None]).float()
        found["care"].append(torch.stack([care_of(scene) for scene in some]))
        found["often"].append(torch.tensor([often_of(*pair) for pair in zip(some, drawn, strict=True)]))
        found["whole"].append(encoded(autoencoder, pixels).half())
        found["holed"].append(encoded(autoencoder, pixels * (1 - holes)).half())
        found["masks"].append(cells_of(holes))
        found["states"].append(
            encode([draw_any_caption(scene.description, rng, chinese=CHINESE) for scene in some]).half()
        )
        if start % 640 == 0:
            team.say(f"latents: {start} of {len(scenes)}")
    return {name: torch.cat(parts) for name, parts in found.items()}


def prepared(state_dir: Path, encode: States, team: Team, *, seed: int) -> Holes:
    """Draw scenes and holes and encode them with the shipped autoencoder, once for a state folder."""
    data = dealt(state_dir / DATA, ROWS, partial(_part, team, encode, seed), team)
    return Holes(**data, empty=encode([""]))


def _without_middle_attention(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The middle's blocks are numbered through: without its attention, the second residual block is number 1."""
    if "middle_block.2.in_layers.0.weight" not in weights:
        return weights
    rest = {name: tensor for name, tensor in weights.items() if not name.startswith("middle_block.1.")}
    return {name.replace("middle_block.2.", "middle_block.1."): tensor for name, tensor in rest.items()}


def build(start: Path | None) -> UNet:
    """A nine-channel UNet that begins as the shipped one of four channels made narrower, blind to mask and picture."""
    model = UNet(SHAPE)
    model.out = PreciseEnd(model.out)  # pyright: ignore[reportAttributeAccessIssue]
    model.load_state_dict(slimmed(_without_middle_attention(weights_of(start or SD)), model))
    quicken(model)
    return model.requires_grad_(True).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def _grey() -> Tensor:
    return torch.tensor(GREY).view(1, 4, 1, 1)


def loss_of(model: nn.Module, data: Holes, count: int, rng: torch.Generator, kept: Tensor) -> Tensor:
    """The error of the predicted noise, weighted as in the stage of four channels, more under things, and less outside
    the hole."""
    which = torch.multinomial(data.often, count, replacement=True, generator=rng)
    clean, mask, picture = data.whole[which].float(), data.masks[which], data.holed[which].float()
    draw = torch.rand(count, generator=rng)[:, None, None, None]
    whole, cut_later = draw < WHOLE, (draw >= WHOLE) & (draw < WHOLE + CUT_LATER)
    picture = torch.where(cut_later, clean * (1 - mask) + _grey() * mask, picture)
    mask = torch.where(whole, torch.ones_like(mask), mask)
    picture = torch.where(whole, _grey().expand_as(picture), picture)
    textless = torch.rand(count, generator=rng) < TEXTLESS
    context = torch.where(textless[:, None, None], data.empty, data.states[which].float())
    time = draw_times(count, rng)
    noise = torch.randn(clean.shape, generator=rng)
    share = kept[time][:, None, None, None]
    joined = torch.cat([share.sqrt() * clean + (1 - share).sqrt() * noise, mask, picture], dim=1)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(joined.contiguous(memory_format=torch.channels_last), time, context)
    weight = (1 / kept[time]).clamp(max=LARGEST_WEIGHT)[:, None, None, None] * (OUTSIDE + (1 - OUTSIDE) * mask)
    return ((predicted.float() - noise).square() * weight * data.care[which]).mean()


@torch.no_grad()
def walk(model: nn.Module, shown: Tensor, context: Tensor, empty: Tensor, *, steps: int, guidance: float) -> Tensor:
    """A plain DDIM walk (Song et al. 2021) with guidance, for looks while training.

    Args:
        model: the network.
        shown: mask and masked latent [N, 5, 16, 16].
        context, empty: token states [N, 77, 192] and those of no caption.
        steps, guidance: of the walk.

    Returns:
        scaled latents [N, 4, 16, 16].
    """
    kept = kept_signal()
    x = torch.randn((len(shown), 4, CELLS, CELLS), generator=torch.Generator().manual_seed(1))
    both = torch.cat([context, empty.expand_as(context)])
    times = torch.linspace(TIMESTEPS - 1, 0, steps).round().long()
    for index, time in enumerate(times):
        joined = torch.cat([x, shown], dim=1)
        with torch.autocast("cpu", torch.bfloat16):
            pair = model(torch.cat([joined, joined]), time.expand(len(both)), both).float()
        asked, unasked = pair.chunk(2)
        noise = unasked + guidance * (asked - unasked)
        now = kept[time]
        clean = (x - (1 - now).sqrt() * noise) / now.sqrt()
        after = kept[times[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        x = after.sqrt() * clean + (1 - after).sqrt() * noise
    return x


class Looks:
    """Fills a few held-out holes now and then, and reads what is in them."""

    def __init__(self, encode: States, seed: int) -> None:
        self.asked: list[Filling] = held_out_fillings(LOOKS, seed)
        self.autoencoder = shipped_autoencoder()
        self.states, self.empty = encode([one.caption for one in self.asked]), encode([""])
        self.pictures = [render_image(one.before) for one in self.asked]
        self.holes = torch.from_numpy(np.stack([one.hole for one in self.asked])[:, None]).float()
        pixels = to_unit_range(render_all([one.before for one in self.asked]))
        self.shown = torch.cat([cells_of(self.holes), encoded(self.autoencoder, pixels * (1 - self.holes))], dim=1)

    @torch.no_grad()
    def __call__(self, model: nn.Module, path: Path) -> tuple[str, float]:
        """Write a sheet of pictures, and return a line and the share of holes that were filled as asked."""
        latents = walk(model, self.shown, self.states, self.empty, steps=20, guidance=4.0)
        with torch.autocast("cpu", torch.bfloat16):
            pixels = torch.cat([self.autoencoder.decode(part / SCALE_FACTOR).float() for part in latents.split(12)])
        painted = pictures_of(pixels)
        masks = [Image.fromarray((255 * hole[0]).byte().numpy()) for hole in self.holes]
        pasted = [Image.composite(*three) for three in zip(painted, self.pictures, masks, strict=True)]
        rows = [picture for first in range(0, LOOKS, 12) for row in (painted, pasted) for picture in row[first:][:12]]
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet(rows).save(path)
        judged = [judge(picture, one) for picture, one in zip(pasted, self.asked, strict=True)]
        right = sum(one.right for one in judged)
        objects, colours = (sum(getattr(one, name) for one in judged) for name in ("object", "colour"))
        return f"filled as asked {right}/{LOOKS}, objects {objects}, colours {colours}", right / LOOKS


def train(
    state_dir: Path, data: Holes, looks: Judge, team: Team, *, minutes: float, seed: int, start: Path | None = None
) -> None:
    """Train, or go on from the saved state; now and then a sheet of filled holes and a quick grade."""
    torch.manual_seed(seed)
    model = build(start)
    team.say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    kept = kept_signal()

    outer = ("input_blocks.0.", "out.inner.")
    course = Course(state_dir / STATE, seed, 1_000_000, minutes or 60, LEARNING_RATE, outer, 300.0)
    look = look_with(partial(build, start), looks, course.state)
    follow(course, model, team, lambda rng: loss_of(model, data, BATCH // team.size, rng, kept), look)


def export(state_dir: Path) -> tuple[Path, int]:
    """Ship the averaged weights, the UNet alone; returns the file and its bytes."""
    size = ship(
        published_weights(load_state(state_dir / STATE)["average"]),
        SD_INPAINT,
        architecture="stable-diffusion-v1-inpainting",
        title="Noiseloom starter: inpainting (Stable Diffusion 1 layout)",
        description="Repaints a hole in a picture of the shapes world; text encoder and autoencoder are the starter's.",
        largest=LARGEST,
        facts={"modelspec.prediction_type": "epsilon", "modelspec.resolution": f"{PICTURE_SIZE}x{PICTURE_SIZE}"},
    )
    return SD_INPAINT, size
