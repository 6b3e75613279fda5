"""Puts weights into a network and takes them out again, for callers without a memory manager."""

from typing import TypeVar

import torch
from torch import nn

from diffusion.checkpoints.weights import Weighted

NetworkT = TypeVar("NetworkT", bound=nn.Module)


def compute_dtype(stored: torch.dtype, device: torch.device) -> torch.dtype:
    """Return the type to compute in for weights stored as `stored`.

    Half precision only where the device is made for it: on a CPU, 16-bit convolutions are slow or missing.
    """
    if device.type == "cpu" or stored not in (torch.float16, torch.bfloat16):
        return torch.float32
    return stored


def materialise(
    weighted: Weighted[NetworkT], device: torch.device | str = "cpu", dtype: torch.dtype | None = None
) -> NetworkT:
    """Read the weights into the network and return it, ready to run in channels-last memory.

    Args:
        weighted: a part of an `OpenedModel`.
        device: where to run.
        dtype: what to compute in; by default see `compute_dtype`.
    """
    device = torch.device(device)
    dtype = dtype or compute_dtype(weighted.source.dtype, device)
    state = {name: weighted.source.read(name).to(device=device, dtype=dtype) for name in weighted.source.names()}
    weighted.network.load_state_dict(state, strict=True, assign=True)
    weighted.network.requires_grad_(False)
    return weighted.network.to(memory_format=torch.channels_last)


def release(weighted: Weighted[nn.Module]) -> None:
    """Send the network back to the meta device; its memory is freed when nobody else holds it."""
    weighted.network.to("meta")
