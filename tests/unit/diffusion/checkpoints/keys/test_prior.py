"""Diffusion priors in published files."""

import pytest

from diffusion.checkpoints.keys.prior import (
    KARLO_PRIOR,
    diffusers_prior_config_from_shapes,
    karlo_prior_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import shapes_under
from diffusion.networks.prior import DiffusersPrior, KarloPrior, PriorConfig


def test_karlos_prior_takes_every_tensor_of_its_file(published, assert_fits):
    part = shapes_under(published("manifests/karlo_prior"), KARLO_PRIOR)
    assert assert_fits(lambda: KarloPrior(karlo_prior_config_from_shapes(part)), part).config == PriorConfig()


@pytest.mark.parametrize(
    "file",
    [
        "manifests/karlo_prior_diffusers",
        "fingerprints/diffusers_PriorTransformer_karlo_Kandinsky_2.1",
        "fingerprints/diffusers_PriorTransformer_Kandinsky_2.2",
    ],
)
def test_a_prior_in_diffusers_layout_takes_every_tensor_of_its_file(published, assert_fits, file):
    part = published(file)
    assert_fits(lambda: DiffusersPrior(diffusers_prior_config_from_shapes(part)), part)
