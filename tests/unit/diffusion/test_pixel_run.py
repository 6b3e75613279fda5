"""Runs of pixel models: what is kept, where they start, what their authors recommend."""

import pytest
import torch
from torch import nn

from diffusion.checkpoints.record import PIXELS, ModelRecord, NoiseFacts
from diffusion.conditioning import Conditioning
from diffusion.pixel_defaults import usual_settings
from diffusion.pixel_run import PixelSettings, PixelStart, run_along_chain
from diffusion.samplers.noise import SeededNoise


class Gaussian(nn.Module):
    """The exact noise for pictures that are 0.5 everywhere, plus what the class adds; says its variance too."""

    def __init__(self):
        super().__init__()
        betas = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
        self.kept = torch.cumprod(1 - betas, dim=0)
        self.widths = []

    def forward(self, x, timesteps, context=None, y=None):
        self.widths.append(x.shape[0])
        kept = self.kept[timesteps.long()].float().reshape(-1, 1, 1, 1)
        target = 0.5 + 0.1 * y.float().reshape(-1, 1, 1, 1)
        noise = (x[:, :3] - kept.sqrt() * target) / (1 - kept).sqrt()
        return torch.cat([noise, torch.zeros_like(noise)], dim=1)


PLAIN = PixelSettings("25")


def record(**changes):
    facts = {"resolution": (64, 64), "learned_range": True, **changes}
    return ModelRecord("adm", "ADM", "eps", NoiseFacts("linear", 1e-4, 0.02), PIXELS, **facts)


def asked(number):
    return Conditioning(None, torch.tensor([number]))


def run(picture=None, settings=PLAIN, mask=None, seeds=(1,), negative=None, network=None):
    picture = torch.zeros(len(seeds), 3, 8, 8) if picture is None else picture
    return run_along_chain(
        network or Gaussian(), record(), PixelStart(picture, seeds, mask), settings, asked(1), negative
    )


def test_a_run_ends_in_the_data():
    torch.testing.assert_close(run(), torch.full((1, 3, 8, 8), 0.6), atol=1e-3, rtol=0)


def test_guidance_goes_past_the_positive_and_asks_both_in_one_pass():
    network = Gaussian()
    made = run(settings=PixelSettings("25", guidance=3.0, threshold="none"), negative=asked(0), network=network)
    torch.testing.assert_close(made, torch.full((1, 3, 8, 8), 0.8), atol=1e-3, rtol=0)
    assert set(network.widths) == {2}


def test_a_scale_of_one_does_not_ask_the_negative():
    network = Gaussian()
    run(negative=asked(0), network=network)
    assert set(network.widths) == {1}


def test_what_is_outside_the_mask_stays_bit_for_bit_and_the_rest_is_painted():
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 8, 8) * 2 - 1
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    made = run(picture, mask=mask)
    assert torch.equal(made[..., 4:], picture[..., 4:])
    torch.testing.assert_close(made[..., :4], torch.full((1, 3, 8, 4), 0.6), atol=1e-3, rtol=0)


def test_a_strength_of_zero_returns_the_picture_and_less_than_one_starts_from_it():
    picture = torch.full((1, 3, 8, 8), -0.5)
    assert torch.equal(run(picture, PixelSettings("25", denoise=0.0)), picture)
    network = Gaussian()
    run(picture, PixelSettings("25", denoise=0.4), network=network)
    assert len(network.widths) == 10


def test_every_picture_of_a_batch_is_the_one_made_alone():
    settings = PixelSettings("10", threshold="none")

    class Rough(Gaussian):
        def forward(self, x, timesteps, context=None, y=None):
            return super().forward(x, timesteps, context, y) * 0.9

    both = run(seeds=(7, 8), settings=settings, network=Rough())
    alone = run(seeds=(8,), settings=settings, network=Rough())
    torch.testing.assert_close(both[1:], alone)


def test_temperature_scales_the_noise_of_the_start_alone():
    seen = []

    class Watching(Gaussian):
        def forward(self, x, timesteps, context=None, y=None):
            seen.append(x.clone())
            return super().forward(x, timesteps, context, y)

    run(settings=PixelSettings("5", temperature=0.5), network=Watching())
    torch.testing.assert_close(seen[0], SeededNoise([1], (3, 8, 8)).draw() * 0.5)


def test_static_thresholding_keeps_a_run_in_range():
    made = run(settings=PixelSettings("25", guidance=20.0), negative=asked(0))
    assert made.abs().max() <= 1.0 + 1e-3


@pytest.mark.parametrize(
    ("facts", "respacing", "threshold", "largest"),
    [
        ({"family": "deepfloyd", "resolution": (64, 64)}, "smart100", "dynamic", 1.5),
        ({"family": "deepfloyd", "resolution": (256, 256), "joined": "low_res"}, "smart50", "dynamic", 1.0),
        ({"family": "deepfloyd", "resolution": (1024, 1024), "joined": "low_res"}, "super40", "dynamic", 1.0),
        ({"family": "glide", "resolution": (256, 256), "joined": "low_res"}, "fast27", "static", 1.5),
        ({"family": "adm", "resolution": (256, 256), "steps": 250}, "250", "static", 1.5),
    ],
)
def test_auto_is_what_the_authors_did(facts, respacing, threshold, largest):
    found = usual_settings(ModelRecord(title="", prediction="eps", noise=NoiseFacts("cosine"), latent=PIXELS, **facts))
    assert (found.respacing, found.threshold, found.largest) == (respacing, threshold, largest)
