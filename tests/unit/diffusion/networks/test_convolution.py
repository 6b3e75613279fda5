"""Convolutions with their weights laid out against torch's own with the weights as they are."""

import pytest
import torch
import torch.nn.functional as F

from diffusion.networks.convolution import Convolution


def laid_out(convolution: Convolution) -> Convolution:
    """Do what loading does."""
    for name, parameter in list(convolution.named_parameters()):
        arranged = convolution.lay_out(name, parameter.detach())
        setattr(convolution, name, torch.nn.Parameter(arranged, requires_grad=False))
    return convolution


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("channels", "out_channels", "stride"), [(64, 96, 1), (64, 64, 2), (33, 35, 1)])
def test_laid_out_weights_give_the_result_of_plain_ones(dtype, memory_format, channels, out_channels, stride):
    torch.manual_seed(0)
    convolution = Convolution(channels, out_channels, 3, padding=1, stride=stride).to(dtype)
    weight, bias = convolution.weight.detach().clone(), convolution.bias.detach().clone()
    x = torch.randn(2, channels, 9, 7, dtype=dtype).contiguous(memory_format=memory_format)
    with torch.no_grad():
        result = laid_out(convolution)(x)
    # Summed in another order: some units of the last place of float32; results in bfloat16 are rounded to 8 bits.
    tolerance = 1e-5 if dtype == torch.float32 else 1e-2
    expected = F.conv2d(x.double(), weight.double(), bias.double(), stride, 1)
    torch.testing.assert_close(result.double(), expected, rtol=tolerance, atol=tolerance)


def test_a_gradient_flows_through_laid_out_weights():
    torch.manual_seed(0)
    plain = Convolution(32, 32, 3, padding=1)
    x = torch.randn(1, 32, 5, 5)

    def slope(convolution: Convolution) -> torch.Tensor:
        point = x.clone().requires_grad_()
        return torch.autograd.grad(convolution(point).square().sum(), point)[0]

    expected = slope(plain)
    torch.testing.assert_close(slope(laid_out(plain)), expected, rtol=1e-5, atol=1e-6)


def test_other_types_lie_with_their_channels_innermost():
    convolution = Convolution(32, 32, 3)
    weight = convolution.lay_out("weight", torch.randn(32, 32, 3, 3, dtype=torch.float64))
    assert weight.is_contiguous(memory_format=torch.channels_last)
