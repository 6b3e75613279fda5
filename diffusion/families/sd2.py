"""Stable Diffusion 2: as version 1 with wider text features; also with a depth map (five channels)."""

from diffusion.families.sd1 import StableDiffusion1


class StableDiffusion2(StableDiffusion1):
    """Text to latent, noise or velocity; the process knows which."""

    name = "sd2"
