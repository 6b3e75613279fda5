"""Low-rank updates, on the UNet and the text encoder of other cases."""

from building import fill, select, shapes
from safetensors.torch import load_file
from torch import nn

from diffusion.checkpoints.keys.clip import map_clip_keys
from diffusion.checkpoints.keys.diffusers_unet import layout_of_config
from diffusion.checkpoints.keys.lora import read_lora, text_layer_names, unet_layer_names
from diffusion.checkpoints.shapes import clip_text_config_from_shapes, unet_config_from_shapes
from diffusion.networks.clip import ClipText
from diffusion.networks.low_rank import updated_weights
from diffusion.networks.unet import UNet


def layers(network):
    return [name for name, module in network.named_modules() if isinstance(module, nn.Linear | nn.Conv2d)]


def low_rank(case):
    weights = case.weights("model.diffusion_model.")
    config = unet_config_from_shapes(shapes(weights))
    unet = fill(lambda: UNet(config), weights)
    file = case.weights("")
    text_weights = select(file, map_clip_keys(file, "cond_stage_model.transformer."))
    bare = {name.removeprefix("transformer."): tensor for name, tensor in text_weights.items()}
    text = fill(lambda: ClipText(clip_text_config_from_shapes(shapes(bare))), text_weights)

    lora = read_lora(
        load_file(case.folder / "weights.safetensors"),
        unet_layer_names(layers(unet), layout_of_config(config)),
        text_layer_names(layers(text)),
    )
    assert lora.unknown == ()
    for network, updates in ((unet, lora.unet), (text, lora.text)):
        changed = updated_weights(network.state_dict(), updates, case.facts["config"]["multiplier"])
        network.load_state_dict(changed, strict=False, assign=True)
    return {
        "out": unet(case.input("x"), case.input("t"), case.input("context")),
        "text_last": text(case.input("tokens")).last,
    }


LORA_FAMILIES = {"lora-kohya": low_rank, "lora-peft": low_rank}
