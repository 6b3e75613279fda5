"""The UNet's own rules; its numbers are proven in tests/parity."""

import math
from dataclasses import replace

import pytest
import torch

from diffusion.checkpoints.keys.reading import ShapeError
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.interrupt import interruptible
from diffusion.networks.unet import UNet, UNetConfig

TINY = UNetConfig(
    model_channels=32,
    level_channels=(32, 64),
    res_blocks=(1, 1),
    transformer_depth=(1, 2),
    context_width=16,
    heads=4,
)


def shapes_of(network):
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize(
    "config",
    [
        TINY,
        replace(TINY, level_channels=(32, 96, 160), res_blocks=(1, 2, 1), transformer_depth=(0, 1, 0), heads=8),
        replace(TINY, linear_projections=True, heads=None, head_width=64, label="vector", label_size=20),
        replace(TINY, linear_projections=True, heads=None, head_width=64, label="class", label_size=10),
        replace(TINY, in_channels=9, middle_depth=2),
    ],
)
def test_a_configuration_is_read_back_from_the_shapes_it_makes(config):
    with torch.device("meta"):
        network = UNet(config)
    assert unet_config_from_shapes(shapes_of(network), heads=config.heads, head_width=config.head_width) == config


def test_without_metadata_convolutions_mean_eight_heads_and_linear_layers_heads_of_64():
    with torch.device("meta"):
        convolutions, linear = UNet(replace(TINY, heads=8)), UNet(replace(TINY, linear_projections=True))
    assert unet_config_from_shapes(shapes_of(convolutions)).heads == 8
    assert unet_config_from_shapes(shapes_of(linear)).head_width == 64


def test_shapes_of_something_else_are_refused_by_the_key_that_is_missing():
    with pytest.raises(ShapeError, match=r"input_blocks\.0\.0\.weight"):
        unet_config_from_shapes({"conv_in.weight": (320, 4, 3, 3)})


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (1, 5)])
def test_any_size_of_latent_comes_back_in_its_size(size):
    with torch.inference_mode():
        assert UNet(TINY)(torch.zeros(1, 4, *size), torch.tensor([0]), torch.zeros(1, 3, 16)).shape[2:] == size


def test_memory_layout_does_not_change_the_result():
    torch.manual_seed(0)
    network = UNet(TINY).eval()
    inputs = (torch.randn(2, 4, 8, 6), torch.tensor([10, 900]), torch.randn(2, 5, 16))
    with torch.inference_mode():
        plain = network(*inputs)
        network.to(memory_format=torch.channels_last)
        last = network(inputs[0].to(memory_format=torch.channels_last), *inputs[1:])
    torch.testing.assert_close(last, plain, atol=1e-5, rtol=1e-4)


def test_a_network_that_needs_a_vector_says_so():
    network = UNet(replace(TINY, label="vector", label_size=8))
    with pytest.raises(ValueError, match="needs a conditioning vector"):
        network(torch.zeros(1, 4, 8, 8), torch.tensor([0]), torch.zeros(1, 3, 16))


def test_a_class_changes_the_prediction():
    torch.manual_seed(0)
    network = UNet(replace(TINY, label="class", label_size=3)).eval()
    inputs = (torch.randn(1, 4, 8, 8), torch.tensor([0]), torch.zeros(1, 3, 16))
    with torch.inference_mode():
        assert not torch.allclose(network(*inputs, torch.tensor([0])), network(*inputs, torch.tensor([2])))


def test_the_embedding_has_the_cosines_first():
    embedding = timestep_embedding(torch.tensor([0.5]), 4)
    expected = [math.cos(0.5), math.cos(0.005), math.sin(0.5), math.sin(0.005)]
    torch.testing.assert_close(embedding[0], torch.tensor(expected))


def test_fractional_timesteps_differ_from_their_neighbours():
    low, middle, high = timestep_embedding(torch.tensor([3.0, 3.5, 4.0]), 32)
    assert not torch.allclose(low, middle)
    assert not torch.allclose(middle, high)


def test_it_pauses_between_all_its_blocks():
    calls = []
    with torch.inference_mode(), interruptible(lambda: calls.append(None)):
        UNet(TINY)(torch.zeros(1, 4, 8, 8), torch.tensor([0]), torch.zeros(1, 3, 16))
    # 16 residual, transformer and resampling layers, and two pauses inside each of 11 transformer blocks.
    assert len(calls) >= 30
