"""Tensors as bytes, for the disk cache."""

from collections.abc import Mapping
from typing import Any

import torch


class TensorCodec:
    """Implements :class:`graph_engine.cache.stores.disk.ValueCodec` for dense tensors. They come back on the CPU."""

    def encode(self, value: Any) -> tuple[Mapping[str, Any], bytes] | None:
        """The tensor's type and shape, and its values in order; None for anything else."""
        if type(value) is not torch.Tensor or value.layout is not torch.strided or value.is_meta:
            return None
        plain = value.detach().to("cpu").contiguous()
        data = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
        return {"dtype": str(value.dtype).removeprefix("torch."), "shape": list(value.shape)}, data

    def decode(self, description: Mapping[str, Any], data: bytes) -> torch.Tensor:
        """The inverse of :meth:`encode`. Raises ValueError for bytes that do not fit."""
        dtype = getattr(torch, str(description["dtype"]), None)
        if not isinstance(dtype, torch.dtype):
            raise ValueError(f"There is no tensor type {description['dtype']}.")
        shape = [int(side) for side in description["shape"]]
        tensor = torch.empty(shape, dtype=dtype)
        raw = tensor.reshape(-1).view(torch.uint8)
        if raw.numel() != len(data):
            raise ValueError("The bytes do not fill the shape.")
        if data:
            raw.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        return tensor
