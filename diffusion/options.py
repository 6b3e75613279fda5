"""What a person changed about a model besides its weights."""

from dataclasses import dataclass

import torch

from diffusion.guidance.piece import Piece
from diffusion.networks.hook import NetworkHook
from diffusion.processes.process import Process


@dataclass(frozen=True)
class ModelOptions:
    """Nodes that patch a model return it with other options; nothing is changed in place.

    Attributes:
        process: stands in for the process that the model's record asks for, or None.
        guidance: pieces of guidance, in the order they were added; see `Piece`.
        hooks: changes to the network for every call of the run; see `NetworkHook`.
        noise_offset: how much of the start's noise shifts whole channels (Guttenberg 2023, "Diffusion with Offset
            Noise"), for pictures darker or brighter than the middle.
        dtype: type that the network computes in; None for what the device does best.
    """

    process: Process | None = None
    guidance: tuple[Piece, ...] = ()
    hooks: tuple[NetworkHook, ...] = ()
    noise_offset: float = 0.0
    dtype: torch.dtype | None = None


PLAIN = ModelOptions()
"""Nothing changed."""
