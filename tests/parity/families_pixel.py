"""Pixel models: GLIDE, Karlo, DeepFloyd IF, guided diffusion's classifier, and attention blocks by themselves."""

import torch
from building import fill, shapes, suffixes

from diffusion.checkpoints.keys.adm import (
    LATENT_HEAD_WIDTH,
    adm_config_from_shapes,
    classifier_side_from_shapes,
)
from diffusion.checkpoints.keys.pixel import (
    KARLO,
    KARLO_UPSAMPLER_FIRST,
    KARLO_UPSAMPLER_LAST,
    deepfloyd_config_from_shapes,
    glide_config_from_shapes,
    karlo_decoder_config_from_shapes,
)
from diffusion.networks.adm import AdmUNet
from diffusion.networks.attention_block import AttentionBlock, TextAttention
from diffusion.networks.classifier import AttentionPool, NoisyClassifier, guidance_gradient
from diffusion.networks.deepfloyd import DeepFloydUNet, grown_picture
from diffusion.networks.glide import GlideUNet
from diffusion.networks.karlo import KarloDecoder
from diffusion.networks.transformer import HeadMajorAttention
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas, noised


def attention(case):
    """Cases of one family, told apart by the prefix of their keys."""
    facts = case.facts["config"]
    if pool := case.weights("out.2."):
        network = fill(
            lambda: AttentionPool(facts["channels"], facts["heads"], facts["spatial"], facts["classes"]), pool
        )
        return {"out": network(case.input("x"))}
    if block := case.weights("transformer.resblocks.0.attn."):
        network = fill(lambda: HeadMajorAttention(facts["width"], facts["heads"]), block)
        return {"out": network(case.input("x"))}
    prefix = next(name for name in case.weights("") if name.endswith("qkv.weight")).removesuffix("qkv.weight")
    block = case.weights(prefix)
    text = None
    if "encoder_channels" in facts:
        only = facts.get("self_attention") is False
        text = TextAttention(facts["encoder_channels"], normalise="norm_encoder.weight" in block, only=only)
    network = fill(lambda: AttentionBlock(facts["channels"], facts["heads"], text), block)
    context = case.tensors.get("in.text")
    context = None if context is None else context.transpose(1, 2)
    return {"out": network(case.input("x"), context, case.tensors.get("in.mask"))}


def glide(case):
    weights = case.weights("")
    network = fill(lambda: GlideUNet(*glide_config_from_shapes(shapes(weights))), weights)
    return {
        "out" + s: network.steer(
            case.input("x" + s), case.input("t" + s), network.read(case.input("tokens" + s), case.input("mask" + s))
        )
        for s in suffixes(case, "x")
    }


def karlo_decoder(case):
    weights = case.weights(KARLO)
    network = fill(lambda: KarloDecoder(*karlo_decoder_config_from_shapes(shapes(weights))), weights)

    def run(s, image):
        text = network.read(image, *(case.input(name + s) for name in ("text_embed", "text_hidden", "mask")))
        return network.steer(case.input("x" + s), case.input("t" + s), text)

    outputs = {"out" + s: run(s, case.input("image_embed" + s)) for s in suffixes(case, "x")}
    return outputs | {"out_uncond_image": run("", None)}


def karlo_upsampler(case):
    outputs = {}
    for name, prefix in (("first", KARLO_UPSAMPLER_FIRST), ("last", KARLO_UPSAMPLER_LAST)):
        weights = case.weights(prefix)
        network = fill(lambda weights=weights: AdmUNet(adm_config_from_shapes(shapes(weights))), weights)
        for s in suffixes(case, "x"):
            x = torch.cat([case.input("x" + s), case.input("low_res" + s)], dim=1)
            outputs[name + s] = network(x, case.input("t" + s))
    return outputs


def deepfloyd(case):
    weights = case.weights("")
    network = fill(lambda: DeepFloydUNet(*deepfloyd_config_from_shapes(shapes(weights))), weights)
    outputs = {}
    for s in suffixes(case, "x"):
        x, text = case.input("x" + s), network.read(case.input("text" + s))
        if "in.low_res" in case.tensors:
            level = torch.full((len(x),), int(1000 * case.input("aug_level" + s).item()))
            grown = grown_picture(case.input("low_res" + s), x.shape[-2:])
            grown = noised(grown, case.input("aug_noise" + s), cumulative_alphas(cosine_betas()), level)
            x, text = torch.cat([x, grown], dim=1), network.augment(text, level)
        outputs["out" + s] = network.steer(x, case.input("t" + s), text)
    return outputs


def classifier(case):
    # The cases run in inference mode, and no gradient passes what is made there.
    with torch.inference_mode(False):
        weights = {name: tensor.clone() for name, tensor in case.weights("").items()}
    found = shapes(weights)
    network = fill(lambda: NoisyClassifier(adm_config_from_shapes(found), classifier_side_from_shapes(found)), weights)
    outputs = {}
    for s in suffixes(case, "x"):
        x, t = case.input("x" + s), case.input("t" + s)
        outputs |= {"logits" + s: network(x, t), "grad" + s: guidance_gradient(network, x, t, case.input("y" + s))}
    return outputs


def latent_upsampler(case):
    weights = case.weights("model.diffusion_model.")
    config = adm_config_from_shapes(shapes(weights), head_width=LATENT_HEAD_WIDTH)
    network = fill(lambda: AdmUNet(config), weights)
    return {
        "eps" + s: network(torch.cat([case.input("x" + s), case.input("low_res" + s)], dim=1), case.input("t" + s))
        for s in suffixes(case, "x")
    }


PIXEL_FAMILIES = {
    "attention-block": attention,
    "glide": glide,
    "karlo-decoder": karlo_decoder,
    "karlo-sr": karlo_upsampler,
    "deepfloyd-if-I": deepfloyd,
    "deepfloyd-if-II": deepfloyd,
    "guided-diffusion-classifier": classifier,
    "ldm-sr": latent_upsampler,
}
