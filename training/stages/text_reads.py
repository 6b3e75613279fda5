"""What frozen diffusion networks look up in a text: their cross-attention alone, at places that were noted once.

A network reads a text where it attends to it, and nowhere else. Queries are noted while the network looks at noisy
scenes under their English captions; after that a text costs seven small attentions instead of the whole network, and
every place of the network says at once what it misses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion.networks.attention import Attention
from training.state import load_state, save_state

PLACES = 32
"""Places that are noted of each layer."""
BATCH = 16


@dataclass(frozen=True)
class Reads:
    """A network's attentions to text, and what they ask.

    Attributes:
        layers: the frozen attentions.
        queries: for each layer [N, places, width], in half precision; scene by scene.
        effects: for each layer, the mean squared change that a caption makes.
        further: tokens [N, n, D] that stand behind the text's, such as those of an image embedding.
    """

    layers: list[Attention]
    queries: list[Tensor]
    effects: list[float]
    further: Tensor

    def apart(self, told: Tensor, same: Tensor, which: Tensor) -> Tensor:
        """How differently the layers read `told` and `same` [B, T, D], in shares of what a caption changes.

        Args:
            told: states whose gradient is wanted.
            same: states that should be read alike.
            which: scenes [B].
        """
        behind, total = self.further[which], torch.zeros(())
        with torch.autocast("cpu", torch.bfloat16):
            for layer, queries, effect in zip(self.layers, self.queries, self.effects, strict=True):
                asked = queries[which].float()
                with torch.no_grad():
                    wanted = layer(asked, torch.cat([same, behind], dim=1))
                found = layer(asked, torch.cat([told, behind], dim=1))
                total = total + (found.float() - wanted.float()).square().mean() / effect
        return total / len(self.layers)


def attentions(network: nn.Module) -> list[Attention]:
    """The layers that read text."""
    found = [module for name, module in network.named_modules() if name.endswith("attn2")]
    return [module for module in found if isinstance(module, Attention)]


@torch.no_grad()
def noted(
    path: Path,
    network: nn.Module,
    look: Callable[[Tensor], object],
    further: Tensor,
    states: Tensor,
    empty: Tensor,
) -> Reads:
    """Note what a network asks, once for a stage folder.

    Args:
        path: of the notes.
        network: frozen.
        look: runs the network on some scenes [B].
        further: see `Reads` [N, n, D].
        states: of a caption of each of the first scenes [M, T, D], and `empty` of none [1, T, D], to measure effects.
    """
    layers, count = attentions(network), len(further)
    if not path.is_file():
        kept: list[list[Tensor]] = [[] for _ in layers]
        rng = torch.Generator().manual_seed(len(layers))

        def keep(index: int) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
            def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
                rows = inputs[0]
                places = torch.randint(rows.shape[1], (len(rows), PLACES), generator=rng)
                kept[index].append(rows.gather(1, places[..., None].expand(-1, -1, rows.shape[2])).half())

            return hook

        hooks = [layer.register_forward_pre_hook(keep(index)) for index, layer in enumerate(layers)]
        for which in torch.arange(count).split(BATCH):
            look(which)
        for hook in hooks:
            hook.remove()
        save_state(path, {"queries": [torch.cat(parts) for parts in kept]})
    queries: list[Tensor] = load_state(path)["queries"]
    some = torch.arange(len(states))
    effects = [
        float(Reads([layer], [asked], [1.0], further).apart(empty.expand_as(states), states, some))
        for layer, asked in zip(layers, queries, strict=True)
    ]
    return Reads(layers, queries, effects, further)
