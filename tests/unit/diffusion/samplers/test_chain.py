"""Runs along chains of timesteps, on a Gaussian, whose exact denoiser is known, and on diffusers' schedulers."""

import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler

from diffusion.guidance.threshold import static_threshold
from diffusion.samplers.chain import ChainRun, guided_output, sample_chain
from diffusion.samplers.noise import SeededNoise
from diffusion.samplers.posterior import clean_from_noise
from diffusion.schedules.cosine import cosine_betas, linear_betas
from diffusion.schedules.respacing import respaced, section_timesteps, timesteps_named

MEAN, DEVIATION = 0.3, 0.5
CHAIN = respaced(cosine_betas(), timesteps_named("50"))


def gaussian_noise(betas):
    """The exact noise prediction for data that is normal with MEAN and DEVIATION, at the model's timesteps."""
    kept = torch.cumprod(1 - betas, dim=0)

    def predict(x, timesteps):
        level = kept[timesteps].to(x.dtype).reshape(-1, *[1] * (x.ndim - 1))
        variance = level * DEVIATION**2 + 1 - level
        return (1 - level).sqrt() * (x - level.sqrt() * MEAN) / variance

    return predict


def run(settings, steps="100", shape=(3, 32, 32), seed=0):
    betas = cosine_betas()
    noise = SeededNoise([seed], shape)
    chain = respaced(betas, timesteps_named(steps))
    start = noise.draw()
    return sample_chain(gaussian_noise(betas), start, chain, settings, noise=noise)


@pytest.mark.parametrize("variance", ["fixed_small", "fixed_large"])
def test_a_random_walk_ends_in_the_data_distribution(variance):
    end = run(ChainRun(variance=variance))
    assert end.mean().item() == pytest.approx(MEAN, abs=0.03)
    assert end.std().item() == pytest.approx(DEVIATION, abs=0.03)


@pytest.mark.parametrize("walk", ["ddim", "plms"])
def test_a_deterministic_walk_follows_the_probability_flow(walk):
    end = run(ChainRun(walk=walk, variance="fixed_small"))
    start = SeededNoise([0], (3, 32, 32)).draw()
    torch.testing.assert_close(end, MEAN + DEVIATION * start, atol=0.05, rtol=0.05)


def test_a_predicted_clean_picture_a_velocity_and_a_noise_walk_alike():
    eps = gaussian_noise(cosine_betas())
    kept = torch.cumprod(1 - cosine_betas(), dim=0)

    def clean(x, timesteps):
        level = kept[timesteps].float().reshape(-1, 1, 1, 1)
        return (x - (1 - level).sqrt() * eps(x, timesteps)) / level.sqrt()

    def velocity(x, timesteps):
        level = kept[timesteps].float().reshape(-1, 1, 1, 1)
        return level.sqrt() * eps(x, timesteps) - (1 - level).sqrt() * clean(x, timesteps)

    ends = [
        sample_chain(
            network,
            SeededNoise([0], (1, 4, 4)).draw(),
            CHAIN,
            ChainRun(prediction=prediction, variance="fixed_small"),
            noise=SeededNoise([1], (1, 4, 4)),
        )
        for network, prediction in ((eps, "eps"), (clean, "x0"), (velocity, "v"))
    ]
    torch.testing.assert_close(ends[1], ends[0], atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(ends[2], ends[0], atol=1e-3, rtol=1e-3)


class Recorded:
    """Noise drawn beforehand, in order."""

    def __init__(self, draws):
        self.draws = list(draws)

    def __call__(self, sigma, sigma_next):
        return self.draws.pop(0)


def theirs(scheduler, predict, start, draws):
    """Walk with a scheduler of diffusers, whose generator is replaced by recorded noise."""
    scheduler.set_timesteps(10)
    x, draws = start, list(draws)
    for timestep in scheduler.timesteps:
        output = predict(x, timestep.expand(len(x)))
        if isinstance(scheduler, DDIMScheduler):
            options = {"eta": 0.7, "use_clipped_model_output": True, "variance_noise": draws.pop(0)}
            x = scheduler.step(output, timestep, x, **options).prev_sample
        else:
            step = scheduler.step(output, timestep, x, generator=torch.Generator().manual_seed(0))
            x = step.prev_sample
    return x


def test_a_walk_of_ddim_is_that_of_diffusers():
    torch.manual_seed(0)
    start, draws = torch.randn(1, 3, 8, 8), torch.randn(10, 1, 3, 8, 8)
    betas = linear_betas()
    scheduler = DDIMScheduler(clip_sample=True, set_alpha_to_one=True, steps_offset=0)
    expected = theirs(scheduler, gaussian_noise(betas), start, draws)
    chain = respaced(betas, torch.arange(0, 1000, 100))
    settings = ChainRun(walk="ddim", eta=0.7, threshold=static_threshold)
    got = sample_chain(gaussian_noise(betas), start, chain, settings, noise=Recorded(draws))
    torch.testing.assert_close(got, expected, atol=2e-4, rtol=1e-4)


def test_a_learned_variance_walks_as_in_diffusers():
    betas = linear_betas()
    eps = gaussian_noise(betas)

    def predict(x, timesteps):
        return torch.cat([eps(x, timesteps), torch.tanh(x)], dim=1)

    start = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(3))
    # The scheduler seeds its generator anew at each step here: every step gets the same noise.
    same = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    scheduler = DDPMScheduler(variance_type="learned_range", clip_sample=True)
    expected = theirs(scheduler, predict, start, [])
    chain = respaced(betas, torch.arange(0, 1000, 100))
    got = sample_chain(predict, start, chain, ChainRun(threshold=static_threshold), noise=lambda *_: same)
    torch.testing.assert_close(got, expected, atol=2e-4, rtol=1e-4)


def test_a_push_moves_the_result_towards_where_it_is_more_likely():
    end = run(ChainRun(variance="fixed_small", push=lambda x, timesteps: torch.ones_like(x)), steps="50")
    free = run(ChainRun(variance="fixed_small"), steps="50")
    assert end.mean() > free.mean()
    by_score = run(ChainRun(walk="ddim", push=lambda x, timesteps: torch.ones_like(x)), steps="50")
    assert by_score.mean() > run(ChainRun(walk="ddim"), steps="50").mean()


def test_guidance_leaves_the_variance_alone():
    positive, negative = torch.ones(1, 6, 2, 2), torch.zeros(1, 6, 2, 2)
    out = guided_output(positive, negative, 3.0, 3)
    assert out[:, :3].eq(3).all() and out[:, 3:].eq(1).all()


def test_embeddings_walk_like_pictures():
    run_ = ChainRun(prediction="x0", variance="fixed_small")
    target = torch.full((2, 16), 0.25)
    noise = SeededNoise([0, 1], (16,))
    end = sample_chain(lambda x, t: target, noise.draw(), CHAIN, run_, noise=noise)
    torch.testing.assert_close(end, target)


def test_a_network_without_a_variance_is_told_of_plainly():
    with pytest.raises(ValueError, match="says nothing of its variance"):
        run(ChainRun(), steps="5")


def test_each_step_is_told_with_the_clean_picture():
    steps = []
    noise = SeededNoise([0], (1, 2, 2))
    eps = gaussian_noise(cosine_betas())
    sample_chain(
        eps, noise.draw(), CHAIN, ChainRun(variance="fixed_small"), noise=noise, first=9, callback=steps.append
    )
    assert [step.index for step in steps] == list(range(10))
    index = torch.tensor([9])
    expected = clean_from_noise(CHAIN, index, steps[0].x, eps(steps[0].x, CHAIN.timesteps[index]))
    torch.testing.assert_close(steps[0].denoised, expected)


def test_the_sections_of_a_respacing_are_not_those_of_a_plain_count():
    assert not torch.equal(timesteps_named("smart50"), section_timesteps(1000, [50]))
