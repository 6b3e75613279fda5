"""Skip-layer guidance on a tiny transformer."""

import pytest
import torch

from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.sd3 import StableDiffusion3
from diffusion.guidance.cfg import Guidance
from diffusion.guidance.entry import Entry
from diffusion.guidance.mixing import ClassifierFree
from diffusion.guidance.skip_layers import SkipLayers, SkippedLayers
from diffusion.networks.mmdit import MMDiT, MMDiTConfig
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig
from diffusion.processes.flow import FlowProcess

X = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    made = MMDiT(MMDiTConfig(channels=4, width=64, depth=4, heads=1, context_width=16, vector_width=8, grid=6))
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return made.eval()


def guided(network, *pieces):
    denoiser = NetworkDenoiser(network, StableDiffusion3(), FlowProcess())
    groups = {
        name: [Entry(Conditioning(torch.full((1, 3, 16), value), torch.full((1, 8), value)))]
        for name, value in (("positive", 1.0), ("negative", -1.0))
    }
    return Guidance(denoiser, groups, ClassifierFree(3.0), process=FlowProcess(), pieces=pieces)


@torch.inference_mode()
def test_it_steers_away_from_the_prediction_without_the_layers_and_only_in_its_part_of_the_run(network):
    plain, skipping = guided(network), guided(network, SkipLayers((1, 2), 2.0, 0.01, 0.5))
    positive = Conditioning(torch.ones(1, 3, 16), torch.ones(1, 8))
    denoiser = NetworkDenoiser(network, StableDiffusion3(), FlowProcess())
    weaker = denoiser.hooked(SkippedLayers((1, 2)))
    expected = plain(X, 0.9) + 2.0 * (denoiser(X, 0.9, positive) - weaker(X, 0.9, positive))
    torch.testing.assert_close(skipping(X, 0.9), expected)
    assert not torch.allclose(plain(X, 0.9), expected)
    torch.testing.assert_close(skipping(X, 0.1), plain(X, 0.1))


@torch.inference_mode()
def test_the_network_is_whole_again_afterwards(network):
    before = network(X, torch.tensor([500.0]), torch.ones(1, 3, 16), torch.ones(1, 8))
    with pytest.raises(RuntimeError, match="stop"), SkippedLayers((0,)).on(network):
        raise RuntimeError("stop")
    after = network(X, torch.tensor([500.0]), torch.ones(1, 3, 16), torch.ones(1, 8))
    assert torch.equal(before, after)


def test_a_layer_that_is_not_there_and_another_kind_of_network_are_refused(network):
    with pytest.raises(ValueError, match="from 0 to 2"), SkippedLayers((3,)).on(network):
        pass
    other = OpenClipText(OpenClipTextConfig(width=64, mlp_width=64, layers=1, heads=1, vocabulary=4))
    with pytest.raises(ValueError, match="Stable Diffusion 3"), SkippedLayers((0,)).on(other):
        pass
