"""The loss told from x̂0 is the one told from the network's own output."""

import pytest
import torch

from diffusion.metrics.denoising_loss import contrastive_loss, denoising_loss
from diffusion.processes.discrete import variance_preserving_x0
from diffusion.processes.edm import EdmProcess
from diffusion.processes.flow import FlowProcess

CLEAN, NOISE, WRONG = torch.randn(3, 2, 4, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
SIGMA = 1.7
TARGETS = {
    "eps": NOISE,
    "v": (NOISE - SIGMA * CLEAN) / (1 + SIGMA**2) ** 0.5,
    "x0": CLEAN,
}


@pytest.mark.parametrize("prediction", TARGETS)
def test_the_loss_is_the_mean_squared_error_of_what_a_network_predicts(prediction):
    output = TARGETS[prediction] + 0.1 * WRONG
    predicted = variance_preserving_x0(CLEAN + SIGMA * NOISE, output, SIGMA, prediction)
    expected = (0.1 * WRONG).square().flatten(1).mean(dim=1)
    torch.testing.assert_close(denoising_loss(predicted, CLEAN, SIGMA, prediction), expected)


def test_along_a_flow_it_is_the_error_of_the_velocity():
    process, sigma = FlowProcess(), 0.4
    output = NOISE - CLEAN + 0.1 * WRONG
    predicted = process.denoised(process.noisy(CLEAN, NOISE, sigma), output, sigma)
    expected = (0.1 * WRONG).square().flatten(1).mean(dim=1)
    torch.testing.assert_close(denoising_loss(predicted, CLEAN, sigma, "flow"), expected)


def test_with_continuous_levels_it_is_the_error_of_the_preconditioned_output():
    process = EdmProcess()
    noisy = CLEAN + SIGMA * NOISE
    one, two = (process.denoised(noisy, output, SIGMA) for output in (WRONG, WRONG + 0.1 * NOISE))
    loss = denoising_loss(two, one, SIGMA, "edm", data_deviation=process.data_deviation)
    torch.testing.assert_close(loss, (0.1 * NOISE).square().flatten(1).mean(dim=1))


def test_min_snr_weighs_what_any_network_predicts_alike_and_no_more_than_its_limit():
    predicted = CLEAN + 0.1 * WRONG
    error = (0.1 * WRONG).square().flatten(1).mean(dim=1)
    for prediction in ("eps", "v", "x0"):
        noisy = denoising_loss(predicted, CLEAN, 2.0, prediction, most_snr=5.0)
        torch.testing.assert_close(noisy, error / 4)
        torch.testing.assert_close(denoising_loss(predicted, CLEAN, 0.1, prediction, most_snr=5.0), error * 5)


def test_without_noise_there_is_no_loss_to_tell():
    with pytest.raises(ValueError, match="above 0"):
        denoising_loss(CLEAN, CLEAN, 0.0, "eps")


def test_the_contrastive_loss_is_that_of_open_clip():
    from open_clip.loss import ClipLoss

    images, texts = torch.nn.functional.normalize(
        torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(1)), dim=2
    )
    expected = ClipLoss()(images, texts, torch.tensor(100.0)).item()
    assert contrastive_loss(images @ texts.T) == pytest.approx(expected, rel=1e-5)
