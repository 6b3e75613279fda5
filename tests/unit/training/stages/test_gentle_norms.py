"""Gentle norms fold back into the published form without a change."""

import copy

import torch
from torch import nn

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from training.stages.gentle_norms import fold, make_gentle, start_as_average
from training.stages.latents import SCALE_FACTOR, standardise

SMALL = AutoencoderConfig(base_channels=32, level_channels=(32, 64), res_blocks=1)


def _random_autoencoder() -> AutoencoderKL:
    torch.manual_seed(0)
    model = AutoencoderKL(SMALL)
    make_gentle(model)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.1)
    return model.double()


def test_folding_changes_the_epsilon_and_nothing_that_comes_out() -> None:
    gentle = _random_autoencoder()
    folded = copy.deepcopy(gentle)
    fold(folded)
    picture = torch.rand(2, 3, 16, 16, dtype=torch.float64) * 2 - 1
    assert all(module.eps == 1e-6 for module in folded.modules() if isinstance(module, nn.GroupNorm))
    with torch.no_grad():
        for before, after in zip(gentle.encode(picture), folded.encode(picture), strict=True):
            assert torch.allclose(before, after, atol=1e-9)
        latent = gentle.encode(picture)[0]
        assert torch.allclose(gentle.decode(latent), folded.decode(latent), atol=1e-9)


def test_standardising_brings_latents_to_the_published_scale_and_leaves_pictures_alone() -> None:
    model = _random_autoencoder()
    picture = torch.rand(8, 3, 16, 16, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        mean, log_variance = model.encode(picture)
        again = model.decode(mean)
        standardise(model, mean.mean(dim=(0, 2, 3)), mean.std(dim=(0, 2, 3)))
        after, log_variance_after = model.encode(picture)
        scaled = after * SCALE_FACTOR
        assert torch.allclose(model.decode(after), again, atol=1e-9)
    assert torch.allclose(scaled.mean(dim=(0, 2, 3)), torch.zeros(4, dtype=torch.float64), atol=1e-9)
    assert torch.allclose(scaled.std(dim=(0, 2, 3)), torch.ones(4, dtype=torch.float64), atol=1e-9)
    # The signal-to-noise ratio of the latent's distribution does not change with its scale.
    ratio = (mean - mean.mean(dim=(0, 2, 3), keepdim=True)) / torch.exp(0.5 * log_variance)
    assert torch.allclose(after / torch.exp(0.5 * log_variance_after), ratio, atol=1e-6)


def test_the_start_keeps_flat_colours_apart() -> None:
    torch.manual_seed(0)
    model = AutoencoderKL(AutoencoderConfig(base_channels=64, level_channels=(64, 64), res_blocks=1))
    make_gentle(model)
    start_as_average(model)
    red, blue = torch.tensor([1.0, -1, -1]), torch.tensor([-1.0, -1, 1])
    picture = torch.stack([red, blue])[:, :, None, None].expand(2, 3, 32, 32)
    with torch.no_grad():
        again = model.decode(model.encode(picture)[0])[:, :, 8:24, 8:24].mean(dim=(2, 3))
    assert again[0, 0] - again[1, 0] > 0.5 and again[1, 2] - again[0, 2] > 0.5
