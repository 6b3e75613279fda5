"""UNets that were cut out of SDXL's: SSD-1B, Vega and KOALA (depths from their published configurations)."""

import pytest
import torch

from diffusion.checkpoints.detect import detect
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.model_file import file_of_shapes
from diffusion.checkpoints.opening.table import KINDS
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.blueprint import on_meta
from diffusion.networks.unet import UNet, UNetConfig

SMALL = {"heads": None, "head_width": 32, "linear_projections": True, "label": "vector", "context_width": 2048}
# Way down, then way up, block by block; residual blocks of a level; of the middle; transformers in the middle.
CUT = {
    "SSD-1B": ((0, 0, 2, 2, 4, 4, 4, 4, 10, 2, 1, 1, 0, 0, 0), 2, 1, 0),
    "Vega": ((0, 0, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0), 2, 1, 0),
    "KOALA-700M": ((0, 2, 5, 5, 5, 2, 2, 0, 0), 1, 0, 0),
    "KOALA-1B": ((0, 2, 6, 6, 6, 2, 2, 0, 0), 1, 2, 6),
}


def config(name):
    depths, blocks, middle, middle_depth = CUT[name]
    return UNetConfig(
        model_channels=32,
        level_channels=(32, 64, 64),
        res_blocks=(blocks,) * 3,
        transformer_depth=(0, 1, 1),
        label_size=16,
        middle_blocks=middle,
        middle_depth=middle_depth,
        block_depths=depths,
        **SMALL,
    )


@pytest.mark.parametrize("name", CUT)
def test_a_cut_model_is_one_of_sdxl_and_every_key_has_its_place(name):
    with on_meta():
        network = UNet(config(name))
    shapes = {"model.diffusion_model." + key: tuple(t.shape) for key, t in network.state_dict().items()}
    assert detect(Layout(shapes), KINDS).family == "sdxl"
    opened = open_parts(file_of_shapes(shapes))
    assert opened.denoiser.network.config.depths == CUT[name][0]
    assert opened.report.unknown == ()


@pytest.mark.parametrize("name", ["SSD-1B", "KOALA-700M"])
def test_a_cut_model_runs(name):
    torch.manual_seed(0)
    network = UNet(config(name)).eval()
    x, t, context, y = torch.randn(1, 4, 8, 8), torch.tensor([5]), torch.randn(1, 3, 2048), torch.randn(1, 16)
    with torch.inference_mode():
        assert network(x, t, context, y).shape == x.shape


def test_an_ordinary_model_needs_no_depths_of_its_own():
    with on_meta():
        shapes = {name: tuple(tensor.shape) for name, tensor in UNet(UNetConfig()).state_dict().items()}
    assert unet_config_from_shapes(shapes) == UNetConfig()
