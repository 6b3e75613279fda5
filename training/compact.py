"""Weights as the starters ship them: matrices in 8 bits, everything delicate in 16.

A float8 e4m3 has three bits of fraction: weights are off by 3 % in the mean, which a network of this size bears, while
norms, biases, embeddings of position and the layers that meet pixels do not. It cannot hold less than 0.001: matrices
that lie there are shipped times a scale, under the name that scaled 8-bit files have published (`scale_weight`).
"""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

DELICATE = ("input_blocks.0.0.", "out.2.", "conv_in.", "conv_out.", "quant_conv.", "position", "logit_scale")
"""Parts of names of matrices that stay in half precision."""
SMALLEST = 2048
"""Matrices of fewer values stay as they are: 8 bits would save nothing."""
COARSE = 0.05
"""A matrix that rounding changes by more than this share of its norm has a scale."""
_LARGEST = 448.0


def compact(weights: Mapping[str, Tensor], delicate: Iterable[str] = DELICATE) -> dict[str, Tensor]:
    """Return weights in the types they are shipped in: float8 e4m3 for large matrices, float16 for the rest.

    Raises:
        ValueError: a matrix holds values that e4m3 cannot.
    """
    parts = tuple(delicate)
    made: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if not tensor.is_floating_point():
            made[name] = tensor.contiguous()
            continue
        matrix = tensor.ndim >= 2 and tensor.numel() >= SMALLEST
        if matrix and not any(part in name for part in parts):
            whole = tensor.float()  # what was shipped in 8 bits before cannot be asked for its largest value
            if whole.abs().max().item() > _LARGEST:
                raise ValueError(f"{name} reaches {whole.abs().max().item():.0f}; 8 bits hold {_LARGEST:.0f} at most")
            made |= _rounded(name, whole)
        else:
            made[name] = tensor.half().contiguous()
    return made


def shipped_values(weights: Mapping[str, Tensor], delicate: Iterable[str] = DELICATE) -> dict[str, Tensor]:
    """Weights rounded as `compact` rounds them, in single precision, with gradients as if they were not."""
    made = compact({name: tensor.detach() for name, tensor in weights.items()}, delicate)
    told: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        scale = made.get(name.removesuffix("weight") + "scale_weight")
        rounded = made[name].float() if scale is None else made[name].float() * scale
        told[name] = tensor + (rounded - tensor).detach()
    return told


def _rounded(name: str, matrix: Tensor) -> dict[str, Tensor]:
    """A matrix in 8 bits, with its scale where it needs one."""
    rounded = matrix.to(torch.float8_e4m3fn)
    if not name.endswith(".weight") or (rounded.float() - matrix).norm() <= COARSE * matrix.norm():
        return {name: rounded.contiguous()}
    scale = matrix.abs().max() / _LARGEST
    scaled = (matrix / scale).clamp(-_LARGEST, _LARGEST).to(torch.float8_e4m3fn)
    return {name: scaled.contiguous(), name.removesuffix("weight") + "scale_weight": scale}
