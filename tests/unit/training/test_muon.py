"""Muon steps along orthogonal directions, and its state comes back."""

import copy

import torch
from torch import nn

from training.muon import Optimiser, orthogonal


def test_the_singular_values_of_an_orthogonalised_matrix_are_near_one() -> None:
    matrix = torch.randn(48, 200, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonal(matrix))
    # The quintic iteration trades exactness for speed: values end between 0.7 and 1.2 (Jordan et al. 2024).
    assert values.min() > 0.6 and values.max() < 1.3


def test_training_goes_on_the_same_after_its_state_was_saved_and_loaded() -> None:
    def start() -> tuple[nn.Sequential, Optimiser]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 3))
        return model, Optimiser(model, lr=1e-3, outer=("0.",))

    def step(model: nn.Sequential, optimiser: Optimiser, seed: int) -> None:
        optimiser.zero_grad()
        model(torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(seed))).square().mean().backward()
        optimiser.step()

    whole, optimiser = start()
    step(whole, optimiser, 1)
    weights = {name: tensor.clone() for name, tensor in whole.state_dict().items()}
    saved = copy.deepcopy(optimiser.state_dict())
    parts, again = start()
    parts.load_state_dict(weights)
    again.load_state_dict(saved)
    step(whole, optimiser, 2)
    step(parts, again, 2)
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), parts.parameters(), strict=True))
