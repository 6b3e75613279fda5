"""Chains of fewer timesteps."""

import pytest
import torch

from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.respacing import respaced, section_timesteps


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
