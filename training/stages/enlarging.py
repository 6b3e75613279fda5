"""The starters' upsamplers: three networks of one form, what their small pictures look like, and a run of them."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.checkpoints.record import PIXELS, ModelRecord, NoiseFacts
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.image.degradation import bsr_light, filtered, gaussian_kernel
from diffusion.networks.efficient_unet import EfficientUNet, EfficientUNetConfig
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.sample import seeds_for
from training.world.render import Crop, render
from training.world.scene import Scene
from training.world.vocabulary import PICTURE_SIZE, SIZES

FACTOR = 4
PATCH = 4
LEAST = 1 / 1000
_PLAIN = EfficientUNetConfig(
    in_channels=6 * PATCH**2,
    out_channels=3 * PATCH**2,
    level_channels=(64, 64, 64),
    res_blocks=(1, 1, 1),
    self_attention=(),
    text_attention=(),
    resize_outside=False,
    patch=PATCH,
    norm="position",
    embedding_width=64,
    residual=True,
)

Worse = Literal["mixed", "blur", "noise", "bsr"]


@dataclass(frozen=True)
class Upsampling:
    """One upsampler.

    Attributes:
        name: of its verb and its state.
        side: of its pictures in pixels.
        config: of its network.
        crop, batch: side of the crops it is trained on, and how many make a step.
        worse: what is done to the small pictures. "blur": always a Gaussian (Ramesh et al. 2022, section 2.3);
            "noise": noise-conditioning augmentation (Ho et al. 2021); "mixed": either or none; "bsr": blur, noise and
            JPEG in random order (Zhang et al. 2021), with some augmentation.
        levels: the most noise of the augmentation, as a share of the schedule, and the share of crops that get it.
        steps: of a run.
        start: whose state it starts from.
    """

    name: str
    side: int
    config: EfficientUNetConfig
    crop: int
    batch: int
    worse: Worse
    levels: tuple[float, float]
    steps: int = 8
    start: str | None = None


_TO_256 = Upsampling("upsampler-256", 256, _PLAIN, 128, 12, "mixed", (0.4, 0.5))
_NARROW = replace(_PLAIN, level_channels=(48, 64, 64), embedding_width=48)
UPSAMPLERS: dict[str, Upsampling] = {
    one.name: one
    for one in (
        _TO_256,
        replace(_TO_256, name="upsampler-256-unclip", worse="blur", levels=(0.0, 0.0), start=_TO_256.name),
        replace(_TO_256, name="upsampler-256-imagen", worse="noise", levels=(0.5, 0.85), start=_TO_256.name),
        Upsampling("upsampler-1024", 1024, _NARROW, 192, 6, "bsr", (0.25, 0.4), steps=6),
    )
}


def record_of(kind: Upsampling) -> ModelRecord:
    """What samplers must know about the network."""
    return ModelRecord(
        family="efficient_unet",
        title=kind.name,
        prediction="x0",
        noise=NoiseFacts("cosine"),
        latent=PIXELS,
        resolution=(kind.side, kind.side),
        joined="low_res",
        guidance=1.0,
        steps=kind.steps,
    )


@torch.inference_mode()
def enlarge(model: nn.Module, kind: Upsampling, small: Tensor, *, level: float, seed: int, steps: int = 0) -> Tensor:
    """Enlarge small pictures [B, 3, h, w] in -1..1 through the code that people run.

    Args:
        model: an `EfficientUNet`.
        kind: which upsampler it is.
        small: the pictures.
        level: noise put on them, as a share of the schedule.
        seed: of the first picture; the others follow.
        steps: 0 for the upsampler's own.

    Returns:
        [B, 3, 4·h, 4·w] in -1..1.
    """
    record = record_of(kind)
    shape = (len(small), 3, small.shape[-2] * FACTOR, small.shape[-1] * FACTOR)
    frame = Frame(shape, torch.device("cpu"), torch.float32, record, seed=seed)
    prompt = Prompt(torch.zeros(1, 1, 1), {"concat_image": small, "noise_augmentation": level})
    steering = family_of(record.family).condition(prompt, frame)
    begin = PixelStart(torch.zeros(shape), seeds_for(seed, len(small)))
    settings = PixelSettings(str(steps or kind.steps))
    with torch.autocast("cpu", torch.bfloat16):
        return run_along_chain(model, record, begin, settings, steering).clamp(-1, 1)


def _smooth_field(channels: int, side: tuple[int, int], rng: torch.Generator) -> Tensor:
    """Slow random waves of unit size, [1, channels, H, W]."""
    coarse = torch.randn((1, channels, 8, 8), generator=rng)
    return F.interpolate(coarse, side, mode="bicubic", align_corners=True)


def slightly_wrong(small: Tensor, rng: torch.Generator) -> Tensor:
    """What a 64-pixel diffusion model gets wrong: edges off by part of a pixel, blotches of colour, a little noise.

    Maps pictures [1, 3, h, w] in -1..1 to such pictures.
    """
    chance = torch.rand(3, generator=rng).tolist()
    height, width = small.shape[-2:]
    if chance[0] < 0.5:
        reach = 0.4 * float(torch.rand(1, generator=rng))
        shift = _smooth_field(2, (height, width), rng).permute(0, 2, 3, 1) * torch.tensor([2 / width, 2 / height])
        rows, columns = torch.linspace(-1, 1, height + 1), torch.linspace(-1, 1, width + 1)
        middle = torch.stack(
            torch.meshgrid((columns[1:] + columns[:-1]) / 2, (rows[1:] + rows[:-1]) / 2, indexing="xy"), dim=-1
        )
        small = F.grid_sample(small, middle[None] + shift * reach, padding_mode="border", align_corners=False)
    if chance[1] < 0.5:
        small = small + _smooth_field(3, (height, width), rng) * 0.04 * torch.rand(1, generator=rng)
    if chance[2] < 0.5:
        small = small + torch.randn(small.shape, generator=rng) * 0.06 * torch.rand(1, generator=rng)
    return small.clamp(-1, 1)


def _blurred(small: Tensor, rng: torch.Generator, least: float, most: float) -> Tensor:
    sigma = least + (most - least) * float(torch.rand(1, generator=rng))
    return filtered(small.permute(0, 2, 3, 1), gaussian_kernel(sigma)).permute(0, 3, 1, 2)


def made_worse(large: Tensor, kind: Upsampling, rng: torch.Generator) -> Tensor:
    """Shrink a true picture [1, 3, H, W] in -1..1 by four and spoil it as the upsampler is to expect."""
    if kind.worse == "bsr":
        seed = int(torch.randint(2**31, (1,), generator=rng))
        small = bsr_light((large.permute(0, 2, 3, 1) + 1) / 2, FACTOR, seed).permute(0, 3, 1, 2) * 2 - 1
        return slightly_wrong(small, rng) if seed % 2 else small
    small = slightly_wrong(F.avg_pool2d(large, FACTOR), rng)
    if kind.worse == "blur":
        return _blurred(small, rng, 0.1, 0.9)
    return _blurred(small, rng, 0.1, 0.7) if float(torch.rand(1, generator=rng)) < 0.5 else small


def _crop_near(scene: Scene, kind: Upsampling, rng: torch.Generator) -> Crop:
    """A square near the edge of a thing: elsewhere there is little to learn. Aligned to the small picture's pixels."""
    item = scene.items[int(torch.randint(len(scene.items), (1,), generator=rng))]
    scale = kind.side / PICTURE_SIZE
    angle = float(torch.rand(1, generator=rng)) * 2 * math.pi
    reach = SIZES[item.thing.size] / 2 * float(torch.rand(1, generator=rng)) ** 0.5
    centre = (item.x + reach * math.cos(angle), item.y + reach * math.sin(angle))
    left, top = (min(max(round(at * scale) - kind.crop // 2, 0), kind.side - kind.crop) for at in centre)
    return Crop(left // FACTOR * FACTOR, top // FACTOR * FACTOR, kind.crop, kind.crop)


@dataclass(frozen=True)
class Pairs:
    """True crops [B, 3, crop, crop], their small pictures grown to the same size, and the augmentation's levels [B]."""

    large: Tensor
    grown: Tensor
    level: Tensor


def draw_pairs(kind: Upsampling, scenes: Callable[[random.Random], Scene], rng: torch.Generator) -> Pairs:
    """Draw a step's crops from fresh scenes."""
    chance = random.Random(int(torch.randint(2**31, (1,), generator=rng)))
    large: list[Tensor] = []
    grown: list[Tensor] = []
    while len(large) < kind.batch:
        scene = scenes(chance)
        crop = _crop_near(scene, kind, rng)
        true = torch.from_numpy(render(scene, kind.side, crop)).permute(2, 0, 1)[None].float() / 127.5 - 1
        small = made_worse(true, kind, rng)
        large.append(true)
        grown.append(F.interpolate(small, (kind.crop, kind.crop), mode="bilinear"))
    most, share = kind.levels
    level = (torch.rand(kind.batch, generator=rng) * most * 1000).long()
    level = torch.where(torch.rand(kind.batch, generator=rng) < share, level, torch.zeros_like(level))
    return Pairs(torch.cat(large), torch.cat(grown), level)


def psnr(made: Tensor, true: Tensor) -> float:
    """Mean peak signal-to-noise ratio in dB of pictures [B, 3, H, W] in -1..1, after rounding to 8 bits."""
    levels = [((x.clamp(-1, 1) + 1) * 127.5).round() for x in (made, true)]
    error = (levels[0] - levels[1]).square().mean(dim=(1, 2, 3)).clamp(min=1e-3)
    return float((10 * torch.log10(255.0**2 / error)).mean())


def pictures(scenes: list[Scene], side: int) -> Tensor:
    """True pictures [N, 3, side, side] in -1..1."""
    drawn = np.stack([render(scene, side) for scene in scenes])
    return torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 127.5 - 1


def build(kind: Upsampling) -> EfficientUNet:
    """A network that begins at the grown small picture: the last convolution of every branch starts small."""
    model = EfficientUNet(kind.config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("out_layers.3.weight", "out.2.weight")):
                parameter.mul_(0.1)
            elif name.endswith(("out_layers.3.bias", "out.2.bias")):
                parameter.zero_()
    return model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
