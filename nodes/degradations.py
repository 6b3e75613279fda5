"""Make pictures worse: what upsamplers are trained on, and a test of them."""

from typing import Annotated

from diffusion.image.degradation import BsrRanges, bsr_light, gaussian_blur, jpeg
from graph_engine.spec.sdk import Ge, Le, Seed, Step, Tooltip, node
from nodes.sockets import Image


@node(id="DegradeGaussianBlur", title="Blur, as trained on", category="image/degrade", aliases=("soft", "upsampler"))
def degrade_gaussian_blur(
    *, image: Image, sigma: Annotated[float, Ge(0), Le(64), Step(0.05), Tooltip("Deviation in pixels")] = 0.6
) -> Image:
    """Blurs by a Gaussian: what unCLIP's first upsampler saw of small pictures (Ramesh et al. 2022, section 2.1)."""
    return gaussian_blur(image[..., :3], sigma)


@node(
    id="DegradeBSR",
    title="Degrade, BSR",
    category="image/degrade",
    aliases=("bsrgan", "low quality", "jpeg", "noise", "super resolution"),
)
def degrade_bsr(
    *,
    image: Image,
    factor: Annotated[int, Ge(1), Le(16), Tooltip("How much smaller")] = 4,
    seed: Annotated[int, Seed(), Tooltip("The same seed makes the same worse picture")] = 0,
    blur: Annotated[float, Ge(0), Le(4), Step(0.05), Tooltip("Largest blur, in pixels of the result")] = 0.8,
    noise: Annotated[float, Ge(0), Le(1), Step(0.005), Tooltip("Largest noise")] = 0.03,
    quality: Annotated[int, Ge(1), Le(95), Tooltip("Lowest quality of JPEG")] = 60,
) -> Image:
    """Shrinks a picture the way the world does: blur, resizing, noise and JPEG in random order (Zhang et al. 2021).

    What unCLIP's second upsampler and latent diffusion's super-resolution were trained on.
    """
    ranges = BsrRanges((min(0.1, blur), blur), (min(1 / 255, noise), noise), (quality, 95))
    return bsr_light(image[..., :3], factor, seed, ranges)


@node(id="DegradeJPEG", title="JPEG", category="image/degrade", aliases=("compression", "artefacts"))
def degrade_jpeg(
    *, image: Image, quality: Annotated[int, Ge(1), Le(95), Tooltip("Lower looks worse; cameras store 90")] = 50
) -> Image:
    """Stores a picture as JPEG and reads it back (ITU-T T.81)."""
    return jpeg(image[..., :3], quality)
