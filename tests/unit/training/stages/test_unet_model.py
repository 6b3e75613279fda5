"""The UNet starts near "the noise is the input", and learns on the published schedule."""

import pytest
import torch

from training.stages.unet import build, draw_times, published_weights
from training.stages.unet_model import CONFIG, kept_signal


def test_the_schedule_is_the_published_one() -> None:
    # Reference: scaled-linear betas 0.00085 to 0.012 over 1000 steps; sigma runs from 0.0292 to 14.6146.
    sigma = ((1 - kept_signal()) / kept_signal()).sqrt()
    assert sigma[0].item() == pytest.approx(0.0292, abs=1e-4)
    assert sigma[-1].item() == pytest.approx(14.6146, abs=2e-3)


def test_an_untrained_network_nearly_returns_its_input() -> None:
    torch.manual_seed(0)
    model = build().eval()
    noisy = torch.randn(2, 4, 16, 16)
    with torch.no_grad():
        predicted = model(noisy, torch.tensor([990, 900]), torch.randn(2, 77, CONFIG.context_width))
    assert torch.corrcoef(torch.stack([predicted.flatten(), noisy.flatten()]))[0, 1] > 0.8


def test_published_weights_have_the_plain_networks_keys() -> None:
    from diffusion.networks.unet import UNet

    with torch.device("meta"):
        plain = UNet(CONFIG)
    assert published_weights(build().state_dict()).keys() == plain.state_dict().keys()


def test_timesteps_favour_the_middle_without_neglecting_the_noisy_end() -> None:
    times = draw_times(20_000, torch.Generator().manual_seed(0))
    assert int(times.min()) >= 0 and int(times.max()) <= 999
    assert times.float().median().item() == pytest.approx(568, abs=20)
    # A quarter leans: 0.25 * 0.18 of it and 0.75 * 0.023 of the logit-normal part lie above 900.
    assert (times >= 900).float().mean().item() == pytest.approx(0.062, abs=0.008)
