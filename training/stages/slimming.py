"""A narrower network out of a trained one: every fourth channel left out where the narrower has no room for it.

Groups of channels that are normalised together stay together (of four channels of a group three are left), heads keep
their number, and gated halves their partners. What is left works well enough to go on from, better than nothing learnt.
"""

import torch
from torch import Tensor, nn

EVERY = 4
"""Of so many neighbouring channels the last is left out."""


def kept_channels(wide: int, narrow: int) -> Tensor:
    """Which of `wide` channels are left. Joined inputs are thinned from the front: the skip connection comes last.

    Raises:
        ValueError: more would have to go than every fourth.
    """
    thinned = EVERY * (wide - narrow)
    if not 0 <= thinned <= wide:
        raise ValueError(f"{wide} channels cannot become {narrow} by leaving out every fourth")
    every = torch.arange(wide)
    return every[(every >= thinned) | (every % EVERY != EVERY - 1)]


def slimmed(weights: dict[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """A wider network's weights for a narrower one; further input channels of the first layer start at zero.

    Raises:
        KeyError: the wider network lacks a layer.
        ValueError: a layer is too narrow, or deeper than the wider network's.
    """
    made: dict[str, Tensor] = {}
    for name, own in model.state_dict().items():
        tensor = weights[name]
        for axis, (wide, narrow) in enumerate(zip(tensor.shape, own.shape, strict=True)):
            if narrow > wide and axis == 1:
                more = torch.zeros(*tensor.shape[:1], narrow - wide, *tensor.shape[2:])
                tensor = torch.cat([tensor, more], dim=1)
            elif narrow != wide:
                tensor = tensor.index_select(axis, kept_channels(wide, narrow))
        made[name] = tensor.clone()
    return made
