"""The Muon optimiser: momentum whose matrices are made orthogonal (Jordan et al. 2024), with AdamW for the rest."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """Bring the singular values of a matrix [M, N] near 1 by the quintic Newton-Schulz iteration."""
    a, b, c = _COEFFICIENTS
    x = matrix.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Steps matrices and convolutions along orthogonalised momentum.

    The step is scaled to the root mean square that AdamW's has (Liu et al. 2025), so learning rates are comparable.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, weight_decay: float = 0.0) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Take one step along the gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - MOMENTUM)
                ahead = parameter.grad.lerp(state["momentum"], MOMENTUM)
                flat = ahead.reshape(len(ahead), -1)
                update = orthogonal(flat) * (0.2 * max(flat.shape) ** 0.5)
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update.view_as(parameter), alpha=-group["lr"])


class Optimiser:
    """Muon for the inner matrices of a network and AdamW for everything else, stepped as one.

    Args:
        model: the network.
        lr: learning rate of both at full.
        outer: parts of names of matrices that AdamW takes: embeddings and the layers that meet pixels or latents.
    """

    def __init__(self, model: nn.Module, *, lr: float, outer: tuple[str, ...], muon_gain: float = 3.0) -> None:
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        inner = [p for name, p in named if p.ndim >= 2 and not any(part in name for part in outer)]
        chosen = {id(p) for p in inner}
        rest = [p for _, p in named if id(p) not in chosen]
        self.lr = lr
        self.gain = muon_gain
        self.muon = Muon(inner, lr * muon_gain, weight_decay=0.01)
        self.adam = torch.optim.AdamW(rest, lr=lr, betas=(0.9, 0.97), weight_decay=0.0)

    def set_share(self, share: float) -> None:
        """Set both learning rates to a share of the full ones."""
        for optimiser, full in ((self.muon, self.lr * self.gain), (self.adam, self.lr)):
            for group in optimiser.param_groups:
                group["lr"] = full * share

    def zero_grad(self) -> None:
        """Forget gradients."""
        self.muon.zero_grad(set_to_none=True)
        self.adam.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Step both."""
        self.muon.step()
        self.adam.step()

    def state_dict(self) -> dict[str, Any]:
        """The state of both."""
        return {"muon": self.muon.state_dict(), "adam": self.adam.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the state of both back."""
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
