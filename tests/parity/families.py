"""How each family of cases is run with our code. A family that is absent here is reported as not implemented."""

from collections.abc import Callable

from building import fill, shapes, suffixes
from families_arithmetic import ARITHMETIC_FAMILIES
from families_ldm import LDM_FAMILIES
from families_lora import LORA_FAMILIES
from families_pixel import PIXEL_FAMILIES
from families_sd3 import SD3_FAMILIES
from families_text import TEXT_FAMILIES
from families_unet import UNET_FAMILIES

from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.clip import ClipText
from diffusion.networks.unet import UNet
from diffusion.text.clip import encode_ids, pool_at_end


def unet(case):
    weights = case.weights("model.diffusion_model.")
    network = fill(lambda: UNet(unet_config_from_shapes(shapes(weights))), weights)
    return {
        "out" + s: network(
            case.input("x" + s), case.input("t" + s), case.input("context" + s), case.tensors.get("in.y" + s)
        )
        for s in suffixes(case, "x")
    }


def latent_diffusion(case):
    """Cases of a family share its name: an autoencoder is told by its pictures, a UNet by its timesteps."""
    return autoencoder(case) if "in.image" in case.tensors else unet(case)


def autoencoder(case):
    weights = case.weights("first_stage_model.")
    network = fill(lambda: AutoencoderKL(autoencoder_config_from_shapes(shapes(weights))), weights)
    outputs = {}
    for suffix in suffixes(case, "image"):
        mean, logvar = network.encode(case.input("image" + suffix))
        outputs |= {"mean" + suffix: mean, "logvar" + suffix: logvar}
    for suffix in suffixes(case, "z"):
        outputs["decoded" + suffix] = network.decode(case.input("z" + suffix))
    drawn = outputs["mean"] + (outputs["logvar"] / 2).exp() * case.input("noise")
    return outputs | {"latent": case.facts["config"].get("scale_factor", 0.18215) * drawn}


def clip_text(case):
    weights = case.weights("cond_stage_model.transformer.text_model.")
    weights.pop("embeddings.position_ids")
    config = clip_text_config_from_shapes(shapes(weights))
    network = fill(lambda: ClipText(config), {"transformer." + name: tensor for name, tensor in weights.items()})
    end = case.facts["config"]["eos_token_id"]
    outputs = {}
    for suffix in suffixes(case, "tokens"):
        ids = case.input("tokens" + suffix)
        states = network(ids)
        outputs |= {
            "last" + suffix: states.last,
            "penultimate" + suffix: states.hidden[-2],
            "penultimate_normed" + suffix: encode_ids(network, ids, end_id=end, clip_skip=2).sequence,
            "pooled" + suffix: pool_at_end(states.last, ids, end),
        }
    return outputs


FAMILIES: dict[str, Callable] = {
    "sd1": latent_diffusion,
    "sd1-inpaint": unet,
    "sd2": unet,
    "sd2-unclip": unet,
    "sd1-clip-l": clip_text,
    **ARITHMETIC_FAMILIES,
    **LDM_FAMILIES,
    **LORA_FAMILIES,
    **PIXEL_FAMILIES,
    **SD3_FAMILIES,
    **TEXT_FAMILIES,
    **UNET_FAMILIES,
}
