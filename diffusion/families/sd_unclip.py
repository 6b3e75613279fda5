"""Stable unCLIP 2.1: Stable Diffusion 2 that also reads a noised CLIP image embedding (Ramesh et al. 2022)."""

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import augmented_vector
from diffusion.families.sd1 import StableDiffusion1

# Widths of the two published models' embeddings: CLIP ViT-L/14 and OpenCLIP ViT-H/14.
_WIDTHS = (768, 1024)


class StableUnclip(StableDiffusion1):
    """Text and image embedding to latent, by velocity."""

    name = "sd_unclip"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Put the noised embedding and its noise level into the vector; a prompt without one has zeros there."""
        return Conditioning(prompt.sequence, augmented_vector(prompt, frame.record.embedding_width or 1024, frame))
