"""Pixel models on patches (`networks/patched_unet.py`): by text, by text and image embedding, or by a small picture."""

import torch
from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import mixed_embedding
from diffusion.families.small_picture import grown, level_of, small_picture, with_noise
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.patched_unet import PatchedUNet
from diffusion.processes.table import betas_for


class PatchedPixels:
    """Takes the text as it is; an embedding that is missing is zeros, as in training; a small picture is noised."""

    name = "patched"

    def condition(self, prompt: Prompt, frame: Frame) -> Conditioning:
        """Gather text, image embedding and small picture, as far as the network reads them."""
        record = frame.record
        text = prompt.sequence if record.context_width is not None else None
        if text is not None and text.shape[-1] != record.context_width:
            raise ValueError(
                f"{record.title} reads text features {record.context_width} wide, and the prompt's are "
                f"{text.shape[-1]} wide: they come from another text encoder."
            )
        if record.embedding_width is not None:
            given = mixed_embedding(prompt, record.embedding_width, frame) if prompt.options else None
            empty = torch.zeros(frame.batch, record.embedding_width, device=frame.device)
            return Conditioning(text, empty if given is None else given.expand(frame.batch, -1))
        if record.joined != "low_res":
            return Conditioning(text)
        level = level_of(prompt)
        picture = with_noise(grown(small_picture(prompt, frame), frame), level, betas_for(record.noise), frame)
        levels = torch.full((picture.shape[0],), level, device=frame.device)
        return Conditioning(text, None, {"concat": picture, "level": levels})

    def call(self, network: nn.Module, x: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """Predict."""
        assert isinstance(network, PatchedUNet)
        vector = conditioning.y
        if "level" in conditioning.extras and network.config.label == "vector":
            vector = timestep_embedding(conditioning.extras["level"], network.config.label_size)
        return network(x, timesteps, conditioning.context, vector)
