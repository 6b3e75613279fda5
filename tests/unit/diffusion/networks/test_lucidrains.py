"""lucidrains' networks against its published code.

The numbers were recorded by running DALLE2-pytorch's `DiffusionPriorNetwork` and `Unet` (1.15, rotary-embedding-torch
0.9) in float32 on the weights and inputs that the functions below write; largest difference seen 2e-6.
"""

import pytest
import torch

from diffusion.networks.lucidrains_prior import LucidrainsPrior, LucidrainsPriorConfig
from diffusion.networks.lucidrains_unet import LucidrainsSteering, LucidrainsUNet, LucidrainsUNetConfig

TOLERANCE = {"atol": 2e-4, "rtol": 0}
TIMES = torch.tensor([3, 700])
PRIOR = LucidrainsPriorConfig(
    width=32, layers=2, heads=2, head_width=16, hidden=128, text_length=7, rotary_pairs=8, normalise_hidden=True
)
UNET = LucidrainsUNetConfig(
    in_channels=6,
    out_channels=6,
    width=16,
    level_channels=(16, 32),
    res_blocks=(2, 2),
    memory_width=8,
    kernel_channels=(8, 4, 4),
    attention_levels=(1,),
    attention_heads=2,
    image_width=12,
    text_width=10,
    text_length=6,
    reads_noise_level=True,
    reads_small=True,
)


def wave(*shape):
    return torch.sin(torch.arange(torch.Size(shape).numel(), dtype=torch.float64) * 1.3).reshape(shape).float()


def filled(network):
    """Waves for weights, about one for gains."""
    with torch.no_grad():
        named = [pair for pair in sorted(network.named_parameters()) if "freqs" not in pair[0]]
        for number, (name, parameter) in enumerate(named):
            gain = name.endswith((".g", "norm.weight")) or name in ("norm_cond.weight", "norm_mid_cond.weight")
            fan = parameter[0].numel() if parameter.dim() > 1 else 4
            places = torch.arange(parameter.numel(), dtype=torch.float64)
            values = float(gain) + torch.sin(places * 0.7 + number) * fan**-0.5
            parameter.copy_(values.reshape(parameter.shape))
    return network.eval()


@pytest.fixture(scope="module")
def unet():
    return filled(LucidrainsUNet(UNET))


def steering(**changes):
    mask = torch.tensor([[True, True, False, False], [True] * 4])
    given = {
        "image": wave(2, 12),
        "sequence": wave(2, 4, 10) * mask[..., None],
        "mask": mask,
        "small": wave(2, 3, 8, 12) * 0.5,
        "noise_level": torch.tensor([10, 200]),
    }
    return LucidrainsSteering(**(given | changes))


def test_the_prior_computes_what_the_published_code_does():
    network = filled(LucidrainsPrior(PRIOR))
    mask = torch.tensor([[True, True, True, False, False], [True] * 5])
    with torch.inference_mode():
        told = network(wave(2, 32) * 5, TIMES, wave(2, 32), wave(2, 5, 32) * mask[..., None], mask)
        untold = network(wave(2, 32) * 5, TIMES, None, None, None)
    torch.testing.assert_close(told[0, :4], torch.tensor([-0.6306, 0.1931, 0.2763, -0.7001]), **TOLERANCE)
    torch.testing.assert_close(untold[0, :4], torch.tensor([-0.7832, 0.0495, 0.6925, -1.3202]), **TOLERANCE)


def test_the_unet_computes_what_the_published_code_does(unet):
    with torch.inference_mode():
        told = unet(wave(2, 3, 8, 12), TIMES, steering()).flatten()[:4]
        untold = unet(wave(2, 3, 8, 12), TIMES, steering(image=None, sequence=None, mask=None)).flatten()[:4]
    torch.testing.assert_close(told, torch.tensor([-0.4463, -0.4557, -0.2160, 0.2807]), **TOLERANCE)
    torch.testing.assert_close(untold, torch.tensor([-0.4489, -0.4919, -0.2545, 0.2761]), **TOLERANCE)


def test_words_after_the_stored_length_are_left_out(unet):
    sequence, mask = wave(2, 9, 10), torch.ones(2, 9, dtype=torch.bool)
    with torch.inference_mode():
        whole = unet(wave(2, 3, 8, 12), TIMES, steering(sequence=sequence, mask=mask))
        cut = unet(wave(2, 3, 8, 12), TIMES, steering(sequence=sequence[:, :6], mask=mask[:, :6]))
    torch.testing.assert_close(whole, cut)
