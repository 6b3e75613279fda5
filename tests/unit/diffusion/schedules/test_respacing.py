"""Chains of fewer timesteps."""

import pytest
import torch
from diffusers.pipelines.deepfloyd_if import timesteps

from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.respacing import RESPACINGS, respaced, section_timesteps, timesteps_named


def test_each_section_gives_its_first_and_its_last_timestep():
    assert section_timesteps(10, [2, 3]).tolist() == [0, 4, 5, 7, 9]


def test_keeping_every_timestep_keeps_the_schedule():
    betas = cosine_betas(50)
    torch.testing.assert_close(respaced(betas, section_timesteps(50, [50])).betas, betas)


def test_the_noise_left_at_a_kept_timestep_stays_what_it_was():
    betas = cosine_betas()
    timesteps = section_timesteps(1000, [10, 6, 4, 3, 2, 2, 3, 4, 6, 10])
    kept = torch.cumprod(1 - betas, dim=0)[timesteps]
    torch.testing.assert_close(respaced(betas, timesteps).cumulative, kept)


@pytest.mark.parametrize("counts", [[0, 5], [6, 5]])
def test_a_section_that_cannot_give_its_count_says_which(counts):
    with pytest.raises(ValueError, match="section 1 has 5 timesteps"):
        section_timesteps(10, counts)


@pytest.mark.parametrize("name", RESPACINGS)
def test_a_named_respacing_has_the_timesteps_that_diffusers_lists(name):
    listed = getattr(timesteps, f"{name}_timesteps")
    ours = timesteps_named(name).tolist()
    if name == "fast27":
        # GLIDE's own code begins this one at 997; the list in diffusers begins at 999.
        assert ours[-1] == 997
        ours[-1] = 999
    assert ours == listed[::-1]


def test_an_even_stride_gives_exactly_its_count_or_says_that_none_does():
    assert timesteps_named("ddim25").tolist() == list(range(0, 1000, 40))
    with pytest.raises(ValueError, match="no even stride"):
        timesteps_named("ddim333")


def test_an_unknown_respacing_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="smart100"):
        timesteps_named("quick")
