"""Stable Diffusion 3 and 3.5."""

import torch
from building import fill, shapes, suffixes

from diffusion.checkpoints.keys.sd3 import AUTOENCODER, TRANSFORMER, mmdit_config_from_shapes
from diffusion.checkpoints.shapes import autoencoder_config_from_shapes
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.mmdit import MMDiT
from diffusion.samplers.euler import euler
from diffusion.schedules.flow import denoised_from_velocity, flow_linear, flow_table, noised_along_flow


def mmdit(case):
    weights = case.weights(TRANSFORMER)
    network = fill(lambda: MMDiT(mmdit_config_from_shapes(shapes(weights))), weights)
    return {
        "v" + s: network(*(case.input(name + s) for name in ("x", "t", "context", "y"))) for s in suffixes(case, "x")
    }


def autoencoder(case):
    facts = case.facts["config"]
    weights = case.weights(AUTOENCODER)
    network = fill(lambda: AutoencoderKL(autoencoder_config_from_shapes(shapes(weights))), weights)
    outputs = {}
    for s in suffixes(case, "image"):
        mean, logvar = network.encode(case.input("image" + s))
        outputs |= {"mean" + s: mean, "logvar" + s: logvar, "decoded" + s: network.decode(case.input("z" + s))}
    drawn = outputs["mean"] + (outputs["logvar"] / 2).exp() * case.input("noise")
    outputs["latent"] = (drawn - facts["shift_factor"]) * facts["scale_factor"]
    outputs["decoded_model_latent"] = network.decode(case.input("z") / facts["scale_factor"] + facts["shift_factor"])
    return outputs


def version_3(case):
    """The autoencoder and the transformer are cases of one family."""
    return autoencoder(case) if "in.image" in case.tensors else mmdit(case)


def flow(case):
    facts = case.facts["config"]
    table, sigmas = flow_table(facts["shift"]), flow_linear(facts["steps"], facts["shift"])
    mean, variance = case.input("data_mean").double(), case.input("data_std").double() ** 2

    def denoiser(x, sigma):
        clean = 1 - sigma
        return mean + clean * variance * (x - clean * mean) / (clean**2 * variance + sigma**2)

    def run(start, levels):
        return euler(denoiser, start.double(), levels.double(), noise=lambda *_: torch.zeros(()))

    noise, latent, half = case.input("noise"), case.input("image_latent"), facts["steps"] // 2
    start = noised_along_flow(latent, noise, sigmas[half].item())
    return {
        "sigma_table_first5": table[:5],
        "sigma_table_last5": table[-5:],
        "sigmas": sigmas,
        "timesteps": 1000 * sigmas,
        "x0": run(noise * sigmas[0], sigmas),
        "img2img_start": start,
        "img2img_x0": run(start, sigmas[half:]),
        "denoised_from_velocity": denoised_from_velocity(latent, noise, 0.37),
    }


SD3_FAMILIES = {"sd3": version_3, "sd35-large": mmdit, "sd35-medium": mmdit, "sd3-flow": flow}
