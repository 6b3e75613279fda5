"""From a picture to its noise and back."""

import pytest
import torch

from diffusion.samplers.ddim import ddim
from diffusion.samplers.ddim_inversion import invert
from diffusion.schedules.karras import karras_between

MEAN, DEVIATION = 0.5, 0.8


def gaussian(x, sigma):
    """The best denoiser of normal data, in closed form."""
    return (DEVIATION**2 * x + sigma**2 * MEAN) / (DEVIATION**2 + sigma**2)


def no_noise(sigma, sigma_next):
    raise AssertionError("DDIM draws nothing")


def there_and_back(steps):
    picture = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * DEVIATION + MEAN
    sigmas = karras_between(0.01, 30.0, steps)
    x = invert(gaussian, picture, sigmas)
    again = ddim(gaussian, x, sigmas, noise=no_noise)
    return (again - picture).abs().max().item(), x, picture


def test_inverting_and_sampling_comes_back_to_the_picture():
    assert there_and_back(1600)[0] < 0.04


def test_more_steps_come_back_nearer():
    assert there_and_back(200)[0] < there_and_back(50)[0] / 3


def test_what_is_reached_is_the_noise_of_the_exact_path():
    _, x, picture = there_and_back(800)
    # Along the exact path of normal data, distances from the mean grow as the deviation does.
    exact = MEAN + (picture - MEAN) * (DEVIATION**2 + 30.0**2) ** 0.5 / DEVIATION
    torch.testing.assert_close(x, exact, rtol=0.03, atol=0.3)


def test_an_inversion_without_steps_is_refused():
    with pytest.raises(ValueError, match="at least one step"):
        invert(gaussian, torch.zeros(1, 3, 4, 4), torch.zeros(1))
