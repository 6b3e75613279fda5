"""Makes pictures worse, as upsamplers were trained on them.

unCLIP's first upsampler saw blurred pictures and its second what BSRGAN makes of them (Ramesh et al. 2022, section
2.1); latent diffusion's super-resolution saw the latter too (Rombach et al. 2022, section 4.4).
"""

import io
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

Shrink = Literal["bicubic", "bilinear", "area", "nearest"]


def gaussian_kernel(sigma: float, stretch: float = 1.0, angle: float = 0.0) -> Tensor:
    """Return a Gaussian [k, k] float32 that sums to 1; k is odd and reaches three deviations.

    Args:
        sigma: deviation in pixels along the first axis; 0 leaves the middle alone.
        stretch: the deviation along the second axis is this much larger.
        angle: that the axes are turned by, in radians.
    """
    reach = math.ceil(3 * sigma * max(1.0, stretch))
    places = torch.arange(-reach, reach + 1, dtype=torch.float64)
    down, across = torch.meshgrid(places, places, indexing="ij")
    first = across * math.cos(angle) + down * math.sin(angle)
    second = down * math.cos(angle) - across * math.sin(angle)
    if sigma <= 0:
        return torch.ones(1, 1)
    kernel = torch.exp(-((first / sigma) ** 2 + (second / (sigma * stretch)) ** 2) / 2)
    return (kernel / kernel.sum()).float()


def filtered(images: Tensor, kernel: Tensor) -> Tensor:
    """Filter pictures [B, H, W, C] with a kernel [k, k]; edges are mirrored, or repeated where they are too near."""
    channels, reach = images.shape[-1], kernel.shape[-1] // 2
    x = images.permute(0, 3, 1, 2)
    mode = "reflect" if reach < min(x.shape[-2:]) else "replicate"
    x = F.pad(x, (reach, reach, reach, reach), mode=mode)
    weight = kernel.to(x).expand(channels, 1, -1, -1)
    return F.conv2d(x, weight, groups=channels).permute(0, 2, 3, 1)


def gaussian_blur(images: Tensor, sigma: float) -> Tensor:
    """Blur pictures [B, H, W, C] by a Gaussian of `sigma` pixels; 0 leaves them alone."""
    return images if sigma <= 0 else filtered(images, gaussian_kernel(sigma))


def shrunk(images: Tensor, height: int, width: int, how: Shrink) -> Tensor:
    """Resize pictures [B, H, W, C]; cubic and linear ways look at all pixels that fall together."""
    x = images.permute(0, 3, 1, 2)
    smooth = how in ("bicubic", "bilinear")
    x = (
        F.interpolate(x, (height, width), mode=how, antialias=True)
        if smooth
        else F.interpolate(x, (height, width), mode=how)
    )
    return x.permute(0, 2, 3, 1).clamp(0, 1)


def jpeg(images: Tensor, quality: int) -> Tensor:
    """Store pictures [B, H, W, 3] in 0..1 as JPEG of a quality 1..95 and read them back."""
    worse: list[Tensor] = []
    for image in images:
        buffer = io.BytesIO()
        data = (image.clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy()
        Image.fromarray(data).save(buffer, "JPEG", quality=quality)
        with Image.open(buffer) as read:
            worse.append(torch.from_numpy(np.asarray(read.convert("RGB"), dtype=np.float32) / 255))
    return torch.stack(worse).to(images)


def sensor_noise(images: Tensor, deviation: float, *, shared: bool, generator: torch.Generator) -> Tensor:
    """Add normal noise to pictures [B, H, W, C]; `shared`: the same to all colours of a pixel, as poor light gives."""
    shape = (*images.shape[:-1], 1 if shared else images.shape[-1])
    noise = torch.randn(shape, generator=generator).to(images)
    return (images + noise * deviation).clamp(0, 1)


@dataclass(frozen=True)
class BsrRanges:
    """How strong the steps of `bsr_light` may be; each is drawn between the two.

    Attributes:
        blur: deviations in pixels of the result.
        noise: deviations in 0..1.
        quality: of JPEG.
    """

    blur: tuple[float, float] = (0.1, 0.8)
    noise: tuple[float, float] = (1 / 255, 8 / 255)
    quality: tuple[int, int] = (60, 95)


LIGHT = BsrRanges()

_Step = Callable[[Tensor], Tensor]


def _one_worse(image: Tensor, size: tuple[int, int], seed: int, ranges: BsrRanges) -> Tensor:
    # Random numbers of its own kind: shuffling and choosing from Python's, noise from PyTorch's, both by the seed.
    chance = random.Random(seed)
    generator = torch.Generator("cpu").manual_seed(seed)
    scale = max(image.shape[1] / size[0], 1.0)
    ways: Sequence[Shrink] = ("bicubic", "bilinear", "area")

    def blur(x: Tensor) -> Tensor:
        sigma = chance.uniform(*ranges.blur) * x.shape[1] / size[0]
        return filtered(x, gaussian_kernel(sigma, chance.uniform(1, 2), chance.uniform(0, math.pi)))

    def resize(x: Tensor) -> Tensor:
        part = chance.uniform(1 / scale, 1.0)
        height, width = max(1, round(image.shape[1] * part)), max(1, round(image.shape[2] * part))
        return shrunk(x, height, width, chance.choice(ways))

    def noise(x: Tensor) -> Tensor:
        shared = chance.random() < 0.4
        return sensor_noise(x, chance.uniform(*ranges.noise), shared=shared, generator=generator)

    def store(x: Tensor) -> Tensor:
        return jpeg(x, chance.randint(*ranges.quality))

    steps: list[_Step] = [blur, blur, resize, noise, store]
    chance.shuffle(steps)
    x = image
    for step in steps:
        x = step(x)
    return jpeg(shrunk(x, *size, chance.choice(ways)), chance.randint(*ranges.quality))


def bsr_light(images: Tensor, factor: int, seed: int, ranges: BsrRanges = LIGHT) -> Tensor:
    """Shrink pictures as bad cameras and worse web sites do: blurs, resizing, noise and JPEG in random order.

    After BSRGAN's degradation (Zhang et al. 2021) in its lighter form; picture i of a batch is the one made alone
    from `seed` + i.

    Args:
        images: [B, H, W, 3] in 0..1.
        factor: how much smaller the result is, 1 or more.
        seed: decides all that is drawn.
        ranges: how strong the steps may be.

    Returns:
        [B, H/factor, W/factor, 3] in 0..1.

    Raises:
        ValueError: the pictures are smaller than the factor.
    """
    size = images.shape[1] // factor, images.shape[2] // factor
    if min(size) < 1:
        raise ValueError(f"A picture of {images.shape[2]} × {images.shape[1]} cannot be made {factor} times smaller.")
    rows = [_one_worse(image[None], size, (seed + row) % 2**64, ranges) for row, image in enumerate(images)]
    return torch.cat(rows).clamp(0, 1)
