"""Let colour through the autoencoder's norms while training, and fold the change back into the published form.

The published layout normalises in 32 groups. A narrow autoencoder has two to four channels in a group, and of a
flat patch little but signs would survive each norm. With a large epsilon a norm only centres small activations.
GroupNorm(k·x, eps=k²·e) equals GroupNorm(x, eps=e), so scaling whatever feeds a norm by k brings the epsilon back.
"""

import math

import torch
from torch import nn

from diffusion.networks.autoencoder import AutoencoderKL

GENTLE_EPS = 1.0
PUBLISHED_EPS = 1e-6
AMPLITUDE = 0.5
"""Size of a full colour step in the residual stream at the start."""

# The residual stream's inputs from outside it, and the inner convolutions that feed a block's second norm:
_SCALED_WHOLE = ("conv_in", "conv1", "conv2", "proj_out")
# Layers from stream to stream: their weights keep the scale, their biases must follow it.
_SCALED_BIAS = ("nin_shortcut", "downsample.conv", "upsample.conv")


def make_gentle(model: AutoencoderKL) -> None:
    """Give every norm the large epsilon."""
    for module in model.modules():
        if isinstance(module, nn.GroupNorm):
            module.eps = GENTLE_EPS


def fold(model: AutoencoderKL) -> None:
    """Return every norm to the published epsilon without changing what the network computes."""
    _refit(model, GENTLE_EPS, PUBLISHED_EPS)


def unfold(model: AutoencoderKL) -> None:
    """Give every norm of a published network the large epsilon without changing what it computes: to train it on."""
    _refit(model, PUBLISHED_EPS, GENTLE_EPS)


@torch.no_grad()
def _refit(model: AutoencoderKL, before: float, after: float) -> None:
    scale = math.sqrt(after / before)
    for name, module in model.named_modules():
        if isinstance(module, nn.GroupNorm):
            module.eps = after
        if not isinstance(module, nn.Conv2d):
            continue
        if name.endswith(_SCALED_WHOLE):
            module.weight.mul_(scale)
        if name.endswith(_SCALED_WHOLE + _SCALED_BIAS) and module.bias is not None:
            module.bias.mul_(scale)


def _start_resampling(conv: nn.Conv2d, taps: list[tuple[int, int]]) -> None:
    """Begin near the mean over some taps of the kernel, channel by channel."""
    conv.weight.mul_(0.2)
    for channel in range(min(conv.in_channels, conv.out_channels)):
        for row, column in taps:
            conv.weight[channel, channel, row, column] += 1.0 / len(taps)


def _start_pairs(conv: nn.Conv2d, count: int, *, reading: bool) -> None:
    """Carry `count` signals in pairs of channels with opposite signs; silu(s) - silu(-s) = s loses nothing."""
    middle = conv.kernel_size[0] // 2
    for signal in range(count):
        for side, sign in enumerate((1.0, -1.0)):
            channel = 2 * signal + side
            if reading:
                conv.weight[signal, channel, middle, middle] += sign / AMPLITUDE
            else:
                conv.weight[channel] = 0.0
                conv.weight[channel, signal, middle, middle] = sign * AMPLITUDE


@torch.no_grad()
def start_as_average(model: AutoencoderKL) -> None:
    """Begin as a network that keeps each cell's mean colour, so that training spends its time on shapes."""
    for name, module in model.named_modules():
        if not isinstance(module, nn.Conv2d):
            continue
        if name.endswith("conv2") or name.endswith("proj_out"):
            module.weight.mul_(0.2)
        elif name.endswith("downsample.conv"):
            _start_resampling(module, [(0, 0), (0, 1), (1, 0), (1, 1)])
        elif name.endswith("upsample.conv"):
            _start_resampling(module, [(1, 1)])
        elif name.endswith("nin_shortcut"):
            _start_resampling(module, [(0, 0)])
        elif name.endswith("conv_in"):
            _start_pairs(module, 3, reading=False)
        elif name.endswith("conv_out"):
            module.weight.mul_(0.2)
            _start_pairs(module, 3, reading=True)
    for conv in (model.quant_conv, model.post_quant_conv):
        assert isinstance(conv, nn.Conv2d) and conv.bias is not None
        conv.weight.mul_(0.1)
        for channel in range(4):
            conv.weight[channel, channel] += 1.0
    assert isinstance(model.quant_conv, nn.Conv2d) and model.quant_conv.bias is not None
    model.quant_conv.bias[4:] = -5.0
