"""The latents of published autoencoders: their size, and the scale their denoisers were trained at."""

from diffusion.checkpoints.record import LatentFormat
from diffusion.image.preview import SD1_PREVIEW, SDXL_PREVIEW

SD1_LATENT = LatentFormat(channels=4, factor=8, scale=0.18215, preview=SD1_PREVIEW)
"""Stable Diffusion 1 and 2 (Rombach et al. 2022): KL, f8."""

SDXL_LATENT = LatentFormat(channels=4, factor=8, scale=0.13025, preview=SDXL_PREVIEW)
"""Stable Diffusion XL (Podell et al. 2023)."""

SD3_LATENT = LatentFormat(channels=16, factor=8, scale=1.5305, shift=0.0609)
"""Stable Diffusion 3 and 3.5 (Esser et al. 2024)."""

X4_LATENT = LatentFormat(channels=4, factor=4, scale=0.08333)
"""The x4 upscaler of Stable Diffusion 2: KL, f4."""

PLAYGROUND_LATENT = LatentFormat(
    channels=4,
    factor=8,
    scale=0.5,
    mean=(-1.6574, 1.886, -1.383, 2.5155),
    std=(8.4927, 5.9022, 6.5498, 5.2299),
)
"""Playground 2.5 (Li et al. 2024): SDXL's autoencoder, its channels normalised."""
