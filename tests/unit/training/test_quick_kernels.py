"""Quick layers give what the plain ones give, forwards and backwards."""

import copy

import torch

from diffusion.networks.unet import UNet, UNetConfig
from training.quick_kernels import quicken

SMALL = UNetConfig(
    model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 1), context_width=16, heads=4
)


def test_a_quickened_network_has_the_same_keys_outputs_and_gradients() -> None:
    torch.manual_seed(0)
    plain = UNet(SMALL).double()
    quick = copy.deepcopy(plain)
    quicken(quick)
    assert quick.state_dict().keys() == plain.state_dict().keys()
    x, context = torch.randn(2, 4, 8, 8, dtype=torch.float64), torch.randn(2, 5, 16, dtype=torch.float64)
    outputs: list[torch.Tensor] = []
    for model in (plain, quick):
        output = model(x, torch.tensor([10, 900]), context)
        output.square().mean().backward()
        outputs.append(output)
    assert torch.allclose(outputs[0], outputs[1], atol=1e-9)
    for one, other in zip(plain.parameters(), quick.parameters(), strict=True):
        assert one.grad is not None and other.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-9)
