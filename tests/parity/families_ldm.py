"""Latent diffusion's own text encoder and autoencoder, and the priors of unCLIP."""

from building import fill, select, shapes, suffixes

from diffusion.checkpoints.keys.ldm import (
    AUTOENCODER,
    BERT,
    UNET,
    bert_config_from_shapes,
    map_bert_keys,
    map_vq_keys,
    vq_config_from_shapes,
)
from diffusion.checkpoints.keys.prior import (
    KARLO_PRIOR,
    diffusers_prior_config_from_shapes,
    karlo_prior_config_from_shapes,
)
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.bert import BertEncoder
from diffusion.networks.prior import DiffusersPrior, KarloPrior
from diffusion.networks.unet import UNet
from diffusion.networks.vq import AutoencoderVQ


def text_to_image(case):
    weights = case.weights(UNET)
    unet = fill(lambda: UNet(unet_config_from_shapes(shapes(weights))), weights)
    file = case.weights("")
    text = select(file, map_bert_keys(file, BERT))
    encoder = fill(lambda: BertEncoder(bert_config_from_shapes(shapes(text))), text)
    outputs = {}
    for s in suffixes(case, "x"):
        context = encoder(case.input("tokens" + s))
        outputs |= {"context" + s: context, "eps" + s: unet(case.input("x" + s), case.input("t" + s), context)}
    return outputs


def vq(case):
    file = case.weights("")
    weights = select(file, map_vq_keys(file, AUTOENCODER))
    network = fill(lambda: AutoencoderVQ(vq_config_from_shapes(shapes(weights))), weights)
    outputs = {"decoded_indices": network.decode_indices(case.input("indices_in"))}
    for s in suffixes(case, "image"):
        latent, z = network.encode(case.input("image" + s)), case.input("z" + s)
        indices = network.quantize.indices(latent)
        outputs |= {"latent" + s: latent, "indices" + s: indices, "quantized" + s: network.quantize.look_up(indices)}
        outputs |= {"decoded" + s: network.decode(z), "decoded_noquant" + s: network.decode(z, quantised=True)}
    return outputs


def _prior_inputs(case):
    return [case.input(name) for name in ("x_t", "t", "text_emb", "text_enc", "mask")]


def karlo_prior(case):
    weights = case.weights(KARLO_PRIOR)
    network = fill(lambda: KarloPrior(karlo_prior_config_from_shapes(shapes(weights))), weights)
    clean = network(*_prior_inputs(case))
    return {"x0": clean, "image_embed": clean * case.input("clip_std") + case.input("clip_mean")}


def diffusers_prior(case):
    weights = case.weights("")
    network = fill(lambda: DiffusersPrior(diffusers_prior_config_from_shapes(shapes(weights))), weights)
    clean = network(*_prior_inputs(case))
    return {"x0": clean, "image_embed": network.to_clip(clean)}


LDM_FAMILIES = {
    "ldm-text2img": text_to_image,
    "ldm-vq": vq,
    "karlo-prior": karlo_prior,
    "diffusers-prior": diffusers_prior,
}
