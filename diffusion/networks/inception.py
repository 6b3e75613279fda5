"""The Inception network whose features the published Fréchet distances compare (Heusel et al. 2017).

It is Inception v3 as first released with TensorFlow in 2015, which pools a little differently from torchvision's: means
leave the border out, and the last block takes a maximum. Weights are those of the file that pytorch-fid publishes
(``pt_inception-2015-12-05-6726825d.pth``), under torchvision's names.
"""

from functools import partial
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.inception import Inception3

FEATURES = 2048
SIDE = 299
CLASSES = 1008

_mean_inside = partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1, count_include_pad=False)
_maximum = partial(F.max_pool2d, kernel_size=3, stride=1, padding=1)

_MEANS = ("Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7b")


class InceptionFeatures(nn.Module):
    """Pictures to features. Keys: torchvision's Inception v3 without auxiliary classifier."""

    def __init__(self) -> None:
        super().__init__()
        body = Inception3(num_classes=CLASSES, aux_logits=False, transform_input=False, init_weights=False)
        for name, module in body.named_children():
            self.add_module(name, module)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                # A counter of training steps that files may lack.
                module.num_batches_tracked = None

    def forward(self, images: Tensor) -> Tensor:
        """Map pictures [B, 3, H, W] in 0..1, of any size, to features [B, 2048]."""
        x = F.interpolate(images, size=(SIDE, SIDE), mode="bilinear", align_corners=False) * 2 - 1
        for name in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3"):
            x = self._block(name)(x)
        x = F.max_pool2d(x, kernel_size=3, stride=2)
        x = F.max_pool2d(self._block("Conv2d_4a_3x3")(self._block("Conv2d_3b_1x1")(x)), kernel_size=3, stride=2)
        for name in ("Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
            x = self._mixed(name, x)
        for name in ("Mixed_7a", "Mixed_7b", "Mixed_7c"):
            x = self._mixed(name, x)
        return x.mean(dim=(2, 3))

    def _block(self, name: str) -> nn.Module:
        return self.get_submodule(name)

    def _mixed(self, name: str, x: Tensor) -> Tensor:
        block = cast("Any", self._block(name))
        if name not in (*_MEANS, "Mixed_7c"):
            return block(x)
        pool = _maximum if name == "Mixed_7c" else _mean_inside
        if name.startswith("Mixed_5"):
            five = block.branch5x5_2(block.branch5x5_1(x))
            three = block.branch3x3dbl_3(block.branch3x3dbl_2(block.branch3x3dbl_1(x)))
            return torch.cat([block.branch1x1(x), five, three, block.branch_pool(pool(x))], 1)
        if name.startswith("Mixed_6"):
            seven = block.branch7x7_3(block.branch7x7_2(block.branch7x7_1(x)))
            double = block.branch7x7dbl_1(x)
            for part in ("branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"):
                double = getattr(block, part)(double)
            return torch.cat([block.branch1x1(x), seven, double, block.branch_pool(pool(x))], 1)
        three = block.branch3x3_1(x)
        three = torch.cat([block.branch3x3_2a(three), block.branch3x3_2b(three)], 1)
        double = block.branch3x3dbl_2(block.branch3x3dbl_1(x))
        double = torch.cat([block.branch3x3dbl_3a(double), block.branch3x3dbl_3b(double)], 1)
        return torch.cat([block.branch1x1(x), three, double, block.branch_pool(pool(x))], 1)
