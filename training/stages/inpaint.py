"""Train the nine-channel inpainting variant of the Stable Diffusion starter (Rombach et al. 2022, section 4.5)."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.families.joined import GREY
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.unet import UNet
from training.loop import Course, follow
from training.parallel import Team
from training.quick_kernels import quicken
from training.ship import ship
from training.stages.latents import SCALE_FACTOR
from training.stages.pixel_model import published_weights, weights_of
from training.stages.shipped_encoders import States
from training.stages.unet import draw_times
from training.stages.unet_model import CONFIG, PreciseEnd, kept_signal
from training.starters import SD, SD_INPAINT
from training.state import load_state, save_state
from training.world.captions import draw_caption
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.scene import Scene
from training.world.vocabulary import PICTURE_SIZE, SIZES

STATE = "inpaint.pt"
DATA = "inpaint-data.pt"
SCENES = 5_000
BATCH = 32
LEARNING_RATE = 5e-4
TEXTLESS, WHOLE = 0.1, 0.15
"""Shares of rows without a caption, and of rows whose whole picture is to be painted."""
CELL = 8
"""Pixels of a latent cell."""
LARGEST_WEIGHT = 50.0
LARGEST = 4_900_000
"""Bytes of the file."""


@dataclass(frozen=True)
class Holes:
    """Scaled latents [N, 4, 16, 16] of whole pictures and of pictures with a gray hole, masks [N, 1, 16, 16] (1 is the
    hole), and token states [N, 77, 192]."""

    whole: Tensor
    holed: Tensor
    masks: Tensor
    states: Tensor
    empty: Tensor


def draw_hole(scene: Scene, rng: random.Random) -> tuple[int, int, int, int]:
    """A box of whole cells (left, top, right, bottom): around a thing four times of five, anywhere otherwise."""
    cells = PICTURE_SIZE // CELL
    if rng.random() < 0.8:
        item = rng.choice(scene.items)
        reach = SIZES[item.thing.size] / 2 + rng.randint(2, 12)
        edges = (item.x - reach, item.y - reach, item.x + reach, item.y + reach)
        left, top = (max(0, int(edge // CELL)) for edge in edges[:2])
        right, bottom = (min(cells, int(-(-edge // CELL))) for edge in edges[2:])
        return left, top, right, bottom
    left, top = rng.randint(0, cells - 4), rng.randint(0, cells - 4)
    return left, top, rng.randint(left + 3, cells), rng.randint(top + 3, cells)


@torch.no_grad()
def _latents(autoencoder: AutoencoderKL, pixels: Tensor) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return (autoencoder.encode(pixels)[0].float() * SCALE_FACTOR).half()


def prepared(state_dir: Path, encode: States, *, seed: int) -> Holes:
    """Draw scenes and holes, and encode them with the shipped autoencoder, once for a stage folder."""
    path = state_dir / DATA
    if not path.is_file():
        opened = open_model(SD).autoencoder
        assert opened is not None
        autoencoder = materialise(opened.weighted)
        rng = random.Random(f"holes {seed}")
        scenes = draw_scenes(SCENES, seed, held_out=False)
        boxes = [draw_hole(scene, rng) for scene in scenes]
        masks = torch.zeros(SCENES, 1, PICTURE_SIZE // CELL, PICTURE_SIZE // CELL)
        for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
            mask[:, top:bottom, left:right] = 1
        whole: list[Tensor] = []
        holed: list[Tensor] = []
        for start in range(0, SCENES, 50):
            pixels = to_unit_range(render_all(scenes[start : start + 50]))
            holes = masks[start : start + 50].repeat_interleave(CELL, 2).repeat_interleave(CELL, 3)
            whole.append(_latents(autoencoder, pixels))
            holed.append(_latents(autoencoder, pixels * (1 - holes)))
            if start % 1000 == 0:
                print(f"latents: {start} of {SCENES}", flush=True)
        captions = [draw_caption(scene.description, rng) for scene in scenes]
        states = torch.cat([encode(captions[at : at + 64]).half() for at in range(0, SCENES, 64)])
        save_state(path, {"whole": torch.cat(whole), "holed": torch.cat(holed), "masks": masks, "states": states})
    found = load_state(path)
    return Holes(found["whole"], found["holed"], found["masks"], found["states"], encode([""]))


def build(start: Path | None) -> UNet:
    """A nine-channel UNet that begins as the shipped one of four, blind to mask and picture."""
    model = UNet(replace(CONFIG, in_channels=9))
    model.out = PreciseEnd(model.out)  # pyright: ignore[reportAttributeAccessIssue]
    weights = weights_of(start or SD)
    first = weights["input_blocks.0.0.weight"]
    if first.shape[1] < 9:
        weights["input_blocks.0.0.weight"] = torch.cat([first, torch.zeros(len(first), 9 - first.shape[1], 3, 3)], 1)
    model.load_state_dict(weights)
    quicken(model)
    return model.requires_grad_(True).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def loss_of(model: nn.Module, data: Holes, rng: torch.Generator, kept: Tensor) -> Tensor:
    """The error of the predicted noise, weighted as in the stage of four channels and doubled inside the hole."""
    which = torch.randint(len(data.whole), (BATCH,), generator=rng)
    clean, mask, picture = data.whole[which].float(), data.masks[which], data.holed[which].float()
    grey = torch.tensor(GREY).view(1, 4, 1, 1)
    draw = torch.rand(BATCH, generator=rng)[:, None, None, None]
    # Some runs cut the hole out of the latent instead of the picture, and some have no picture at all.
    picture = torch.where(draw < 0.35, clean * (1 - mask) + grey * mask, picture)
    mask = torch.where(draw < WHOLE, torch.ones_like(mask), mask)
    picture = torch.where(draw < WHOLE, grey.expand_as(picture), picture)
    textless = torch.rand(BATCH, generator=rng) < TEXTLESS
    context = torch.where(textless[:, None, None], data.empty, data.states[which].float())
    time = draw_times(BATCH, rng)
    noise = torch.randn(clean.shape, generator=rng)
    share = kept[time][:, None, None, None]
    joined = torch.cat([share.sqrt() * clean + (1 - share).sqrt() * noise, mask, picture], dim=1)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(joined.contiguous(memory_format=torch.channels_last), time, context)
    weight = (1 / kept[time]).clamp(max=LARGEST_WEIGHT)[:, None, None, None] * (1 + mask) / 2
    return ((predicted.float() - noise).square() * weight).mean()


def train(state_dir: Path, data: Holes, team: Team, *, minutes: float, seed: int, start: Path | None = None) -> None:
    """Train, or go on from the saved state. It is looked at through the workflow, when it is shipped."""
    torch.manual_seed(seed)
    model = build(start)
    kept = kept_signal()
    outer = ("input_blocks.0.", "out.inner.")
    course = Course(state_dir / STATE, seed, 1_000_000, minutes or 20, LEARNING_RATE, outer)
    follow(course, model, team, lambda rng: loss_of(model, data, rng, kept), lambda _weights, _step: ("", 0.0))


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
