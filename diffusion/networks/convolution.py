"""A convolution whose weights can lie the way the processor's library wants them."""

import torch
from torch import Tensor, nn


class Convolution(nn.Conv2d):
    """A 2-D convolution that need not have its weights reordered at every call.

    oneDNN multiplies by blocks of weights that no strides can describe, so torch copies the weights into such blocks
    each time. Where the feature map is small and the weights are many, as in the depths of a UNet, the copy costs as
    much as the convolution. `lay_out` makes it once; the results are the same.
    """

    def lay_out(self, name: str, tensor: Tensor) -> Tensor:
        """Return a parameter in the order that `forward` is fastest with; whoever loads the weights may ask.

        Args:
            name: of the parameter within this module.
            tensor: its values.

        Returns:
            Blocks, which only oneDNN can read (`to_dense` undoes them), where this processor has them for the type;
            else weights in channels-last order.
        """
        if name != "weight":
            return tensor
        if self.padding_mode != "zeros" or not _has_blocks(tensor):
            return tensor.contiguous(memory_format=torch.channels_last)
        return torch.ops.mkldnn._reorder_convolution_weight(
            tensor, self.padding, self.stride, self.dilation, self.groups
        )

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if weight.layout == torch.strided:
            return super()._conv_forward(input, weight, bias)
        if torch.is_grad_enabled() and input.requires_grad:
            # The library's own operation knows no gradients, which guidance by a classifier needs.
            return super()._conv_forward(input, weight.to_dense(), bias)
        return torch.ops.mkldnn._convolution_pointwise(
            input, weight, bias, self.padding, self.stride, self.dilation, self.groups, "none", [], ""
        )


def _has_blocks(tensor: Tensor) -> bool:
    """Tell whether this processor's library has a blocked order for tensors of that type and place."""
    if tensor.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return False
    if not torch.backends.cpu.get_cpu_capability().startswith("AVX"):
        return False
    if tensor.dtype == torch.bfloat16:
        return torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return tensor.dtype == torch.float32
