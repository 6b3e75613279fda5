"""Low-rank updates and UNets under the names of diffusers."""

import pytest
import torch
from torch import nn

from diffusion.checkpoints.keys.diffusers_unet import layout_of_config, map_diffusers_unet_keys
from diffusion.checkpoints.keys.lora import read_lora, text_layer_names, unet_layer_names
from diffusion.checkpoints.keys.reading import renamed
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.low_rank import LowRankUpdate, updated_weights
from diffusion.networks.unet import UNet, UNetConfig


def layers(network):
    return [name for name, module in network.named_modules() if isinstance(module, nn.Linear | nn.Conv2d)]


def test_a_diffusers_unet_takes_every_tensor_of_its_file(published, assert_fits):
    shapes = published("manifests/sd15_diffusers_unet")
    names = map_diffusers_unet_keys(shapes)
    assert sorted(names.values()) == sorted(shapes)
    part = renamed(shapes, names)
    assert assert_fits(lambda: UNet(unet_config_from_shapes(part)), part).config == UNetConfig()


def test_every_tensor_of_a_published_lora_finds_its_layer_and_fits_it(published):
    with torch.device("meta"):
        tensors = {name: torch.empty(shape) for name, shape in published("manifests/kohya_sd15_lora_r16").items()}
        unet, text = UNet(UNetConfig()), ClipText(ClipTextConfig())
    # The scale is a number that meta tensors do not have.
    tensors = {name: torch.tensor(16.0) if name.endswith(".alpha") else tensor for name, tensor in tensors.items()}
    lora = read_lora(
        tensors,
        unet_layer_names(layers(unet), layout_of_config(unet.config)),
        text_layer_names(layers(text)),
    )
    assert lora.unknown == ()
    assert 3 * (len(lora.unet) + len(lora.text)) == len(tensors)
    for network, updates in ((unet, lora.unet), (text, lora.text)):
        state = network.state_dict()
        for name, weight in updated_weights(state, updates, 1.0).items():
            assert weight.shape == state[name].shape


def test_a_name_that_no_layer_has_is_reported_and_not_dropped():
    assert read_lora({"lora_unet_nowhere.lora_up.weight": torch.zeros(1)}, {}, {}).unknown == (
        "lora_unet_nowhere.lora_up.weight",
    )


def test_an_update_for_another_shape_names_the_layer():
    update = LowRankUpdate(torch.zeros(2, 3), torch.zeros(4, 2))
    with pytest.raises(ValueError, match=r"some\.layer: .*another kind of model"):
        updated_weights({"some.layer.weight": torch.zeros(5, 3)}, {"some.layer": update}, 1.0)
