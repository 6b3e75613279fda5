"""Control pictures at run time."""

import pytest
import torch

from diffusion.checkpoints.weights import Weighted
from diffusion.conditioning import Conditioning
from diffusion.control import Control, fitted_hint, guides_for
from diffusion.families.sd1 import call_unet
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.t2i_adapter import T2IAdapter, T2IAdapterConfig
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.processes.table import process_for
from tests.unit.diffusion.families.test_sd3 import RECORD

UNET = UNetConfig(
    model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 0), context_width=8, heads=2
)
X, T, CONTEXT = torch.randn(2, 4, 8, 8), torch.tensor([500, 500]), torch.randn(2, 3, 8)
PROCESS = process_for(RECORD)


def random(network):
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network.eval()


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(0)
    adapter = T2IAdapterConfig(level_channels=(32, 64, 64, 64), res_blocks=1)
    return {"control": random(ControlNet(UNET)), "adapter": random(T2IAdapter(adapter)), "unet": random(UNet(UNET))}


def control(name="control", **options):
    return Control(Weighted(None, None, name), torch.rand(1, 64, 64, 3), **options)


def guides(networks, positive, negative):
    options = [[{} if entry is None else {"control": entry} for entry in side] for side in (positive, negative)]
    return guides_for(*options, PROCESS, lambda weighted: networks[weighted.identity])


@torch.inference_mode()
def steered(networks, entry, sigma=0.5):
    ((guide,), _) = guides(networks, [entry], [])
    return guide.steer(X, sigma, T, Conditioning(CONTEXT)).extras


def test_a_controlnet_gives_a_residual_for_each_skip_and_the_middle(networks):
    extras = steered(networks, control())
    assert sorted(extras) == [f"residual.{number}" for number in range(5)]
    base = networks["unet"]
    with torch.inference_mode():
        plain = call_unet(base, X, T, Conditioning(CONTEXT))
        changed = call_unet(base, X, T, Conditioning(CONTEXT, extras=extras))
    assert not torch.allclose(plain, changed)


def test_strength_scales_what_is_added(networks):
    picture = torch.rand(1, 64, 64, 3)
    whole = steered(networks, Control(Weighted(None, None, "control"), picture))
    half = steered(networks, Control(Weighted(None, None, "control"), picture, 0.5))
    torch.testing.assert_close(half["residual.0"], whole["residual.0"] / 2)


def test_controls_that_follow_one_another_are_summed(networks):
    first, second = control(), control()
    both = Control(second.weighted, second.picture, previous=first)
    assert both.chain == (first, both)
    total = steered(networks, both)["residual.2"]
    expected = steered(networks, first)["residual.2"] + steered(networks, second)["residual.2"]
    torch.testing.assert_close(total, expected)


@pytest.mark.parametrize(("sigma", "works"), [(1.0, False), (0.7, True), (0.1, False)])
def test_outside_its_part_of_the_run_a_control_adds_nothing(networks, sigma, works):
    # Shares of the times 0.2 and 0.8 are levels 0.923 and 0.429 of a flow shifted by 3.
    record = control(start=0.2, end=0.8)
    assert bool(steered(networks, record, sigma)) is works


def test_prompts_that_share_a_control_share_its_guide(networks):
    one = control()
    positive, negative = guides(networks, [one, None], [one])
    assert positive[0] is negative[0] and positive[1] is None


def test_a_control_meant_for_both_sides_is_taken_by_the_negative_prompt(networks):
    one, own = control(to_negative=True), control()
    positive, negative = guides(networks, [one], [None, own])
    assert negative[0] is positive[0]
    assert negative[1] is not positive[0]
    assert guides(networks, [control()], [None])[1] == [None]


def test_an_adapter_gives_features_for_the_levels_and_refuses_another_model(networks):
    extras = steered(networks, control("adapter"))
    assert [tuple(extras[f"feature.{level}"].shape) for level in range(4)] == [
        (2, 32, 8, 8),
        (2, 64, 4, 4),
        (2, 64, 2, 2),
        (2, 64, 1, 1),
    ]
    with pytest.raises(ValueError, match="another kind of model"):
        call_unet(networks["unet"], X, T, Conditioning(CONTEXT, extras=extras))


def test_a_prompt_of_another_model_is_refused(networks):
    ((guide,), _) = guides(networks, [control()], [])
    with pytest.raises(ValueError, match=r"8 wide, and the prompt's are 16 wide"):
        guide.steer(X, 0.5, T, Conditioning(torch.zeros(2, 3, 16)))


def test_a_hint_is_cut_to_the_format_and_keeps_its_values():
    picture = torch.zeros(1, 20, 40, 3)
    picture[:, :, 10:30] = 1
    assert (fitted_hint(picture, 40, 40) == 1).all()
    assert fitted_hint(torch.rand(1, 7, 5, 1), 16, 24).shape == (1, 3, 16, 24)
