"""Signal and noise of latents by their deviation, and what a wrong scale does to a model's record."""

import pytest
import torch
from PIL import Image

from training.evidence.latent_scale import buried, contrast, deviations, named, recognised, scaled, signal_to_noise
from training.evidence.scenes import held_out
from training.evidence.sd_bench import SdBench


@pytest.fixture(scope="module")
def bench() -> SdBench:
    return SdBench()


def test_signal_to_noise_grows_with_the_square_of_the_deviation() -> None:
    levels = torch.tensor([0.5, 1.0, 2.0, 4.0])
    assert signal_to_noise(levels, 2.0).tolist() == pytest.approx([16, 4, 1, 0.25])
    assert (buried(levels, 1.0), buried(levels, 3.0)) == (0.5, 0.25)


def test_little_noise_hides_nothing_and_much_noise_leaves_a_guess() -> None:
    latents = torch.randn(8, 16, 4, 2, 2, generator=torch.Generator().manual_seed(1))
    little, much = (recognised(latents, sigma, torch.Generator().manual_seed(2)) for sigma in (0.01, 1e4))
    assert (little.right, little.asked) == (128, 128)
    assert much.right < 24


def test_the_starters_latents_have_a_deviation_of_one_after_their_scale(bench: SdBench) -> None:
    channels, own = deviations(bench, held_out(8, 3).pictures())
    assert own * bench.vae.latent.scale == pytest.approx(1, abs=0.25)
    assert channels.shape == (4,)


def test_a_wrong_scale_reaches_the_denoiser_and_leaves_the_model_alone(bench: SdBench) -> None:
    wrong = scaled(bench.model, 2.0)
    z = torch.ones(1, 4, 2, 2)
    assert torch.equal(wrong.record.latent.into_denoiser(z), 2 * bench.model.record.latent.into_denoiser(z))
    assert bench.model.record.latent.scale == bench.vae.latent.scale


def test_scales_are_named_by_their_value() -> None:
    assert [named(factor, 0.18215) for factor in (1.0, 2.0, 1 / 0.18215)] == ["0.18215 (right)", "0.36430", "1 (none)"]


def test_a_flat_picture_has_no_contrast() -> None:
    assert contrast([Image.new("RGB", (4, 4), (90, 90, 90))]) == pytest.approx([0], abs=1e-4)
