"""Low-rank updates of weights: LoRA (Hu et al. 2021), and its form for convolutions (LoCon)."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class LowRankUpdate:
    """What is added to one weight.

    Attributes:
        down: [rank, in] or, for a convolution, [rank, in, k, k].
        up: [out, rank] or [out, rank, 1, 1].
        alpha: the update is scaled by alpha / rank; None stands for the rank, which scales by 1.
        middle: [rank, rank, k, k] of the Tucker form, in which `down` is 1×1; usually None.
    """

    down: Tensor
    up: Tensor
    alpha: float | None = None
    middle: Tensor | None = None

    @property
    def scale(self) -> float:
        """Factor on the product."""
        return 1.0 if self.alpha is None else self.alpha / self.down.shape[0]

    def delta(self, like: Tensor) -> Tensor:
        """Return what is added to a weight, in its shape, on its device, in float32.

        Raises:
            ValueError: the update was made for a weight of another shape.
        """
        up, down = self.up.to(like.device).float().flatten(1), self.down.to(like.device).float()
        if self.middle is None:
            product = up @ down.flatten(1)
        else:
            middle = self.middle.to(like.device).float()
            product = torch.einsum("or,rskl,si->oikl", up, middle, down.flatten(1))
        if product.numel() != like.numel() or product.shape[0] != like.shape[0]:
            raise ValueError(
                f"the update makes a weight of {tuple(product.shape)} and this one is {tuple(like.shape)}: "
                "the LoRA was made for another kind of model"
            )
        return product.reshape(like.shape) * self.scale


def updated_weights(
    state: Mapping[str, Tensor], updates: Mapping[str, LowRankUpdate], strength: float
) -> dict[str, Tensor]:
    """Return the weights that updates change, W + strength · (alpha / rank) · up · down, in their own type.

    Args:
        state: name → weight of a network; it is not changed.
        updates: name of a layer, without `.weight` → its update.
        strength: 0 leaves the network as it is, 1 is what the LoRA was trained for.

    Raises:
        KeyError: a layer is not there.
        ValueError: an update does not fit; the layer is named.
    """
    changed: dict[str, Tensor] = {}
    for layer, update in updates.items():
        weight = state[f"{layer}.weight"]
        try:
            delta = update.delta(weight)
        except ValueError as error:
            raise ValueError(f"{layer}: {error}") from error
        changed[f"{layer}.weight"] = (weight.float() + strength * delta).to(weight.dtype)
    return changed
