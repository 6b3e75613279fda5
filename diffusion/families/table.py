"""The families by the names that records give them."""

from collections.abc import Mapping

from diffusion.families.adm import GuidedDiffusion
from diffusion.families.deepfloyd import DeepFloyd
from diffusion.families.efficient import EfficientUpsampler
from diffusion.families.family import Family
from diffusion.families.glide import Glide
from diffusion.families.kandinsky import Kandinsky
from diffusion.families.karlo import Karlo, KarloUpsampling
from diffusion.families.ldm import LatentDiffusion
from diffusion.families.lucidrains import Lucidrains
from diffusion.families.patched import PatchedPixels
from diffusion.families.sd1 import StableDiffusion1
from diffusion.families.sd2 import StableDiffusion2
from diffusion.families.sd3 import StableDiffusion3
from diffusion.families.sd_unclip import StableUnclip
from diffusion.families.sdxl import StableDiffusionXL
from diffusion.families.sdxl_refiner import StableDiffusionXLRefiner
from diffusion.families.x4_upscaler import X4Upscaler

_ALL: tuple[Family, ...] = (
    StableDiffusion1(),
    StableDiffusion2(),
    StableDiffusionXL(),
    StableDiffusionXLRefiner(),
    StableDiffusion3(),
    DeepFloyd(),
    EfficientUpsampler(),
    PatchedPixels(),
    Glide(),
    GuidedDiffusion(),
    LatentDiffusion(),
    X4Upscaler(),
    Karlo(),
    KarloUpsampling(),
    Kandinsky(),
    Lucidrains(),
    StableUnclip(),
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}


def family_of(name: str) -> Family:
    """Return a family by name. Raises ValueError for one that cannot be sampled yet."""
    if name not in FAMILIES:
        raise ValueError(f"Models of the family {name!r} cannot be sampled here; {', '.join(FAMILIES)} can.")
    return FAMILIES[name]
