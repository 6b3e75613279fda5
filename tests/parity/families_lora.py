"""Low-rank updates, on the UNet and the text encoder of other cases."""

from building import fill, select, shapes

from diffusion.checkpoints.adapters.file import DENOISER_PREFIXES, TEXT_PREFIXES, changes_for, open_adapter
from diffusion.checkpoints.adapters.patched import patched
from diffusion.checkpoints.keys.clip import map_clip_keys
from diffusion.checkpoints.materialise import materialise
from diffusion.checkpoints.shapes import clip_text_config_from_shapes, unet_config_from_shapes
from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.networks.clip import ClipText
from diffusion.networks.unet import UNet


def low_rank(case):
    weights = case.weights("model.diffusion_model.")
    config = unet_config_from_shapes(shapes(weights))
    unet = fill(lambda: UNet(config), weights)
    file = case.weights("")
    text_weights = select(file, map_clip_keys(file, "cond_stage_model.transformer."))
    bare = {name.removeprefix("transformer."): tensor for name, tensor in text_weights.items()}
    text = fill(lambda: ClipText(clip_text_config_from_shapes(shapes(bare))), text_weights)

    adapter = open_adapter(case.folder / "weights.safetensors")
    used, changed = set(), []
    for network, prefixes in ((unet, DENOISER_PREFIXES), (text, TEXT_PREFIXES["clip_l"])):
        changes, layers = changes_for(adapter, network, prefixes)
        used |= layers
        names = {name: name for name in network.state_dict()}
        weighted = Weighted(network, StoredWeights(LoadedStore(network.state_dict()), names), "base")
        changed.append(materialise(patched(weighted, changes, case.facts["config"]["multiplier"], "lora")))
    assert used == set(adapter.layers)
    assert adapter.strange == ()
    return {
        "out": changed[0](case.input("x"), case.input("t"), case.input("context")),
        "text_last": changed[1](case.input("tokens")).last,
    }


LORA_FAMILIES = {"lora-kohya": low_rank, "lora-peft": low_rank}
