"""How each family of cases is run with our code. A family that is absent here is reported as not implemented."""

import math
from collections.abc import Callable

import torch

from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.clip import ClipText
from diffusion.networks.unet import UNet
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.churn import Churn
from diffusion.samplers.ddim import ddim
from diffusion.samplers.dpmpp_2m import dpmpp_2m
from diffusion.samplers.dpmpp_2m_sde import dpmpp_2m_sde
from diffusion.samplers.euler import euler
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.heun import heun
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.exponential import exponential_between
from diffusion.schedules.karras import karras_between
from diffusion.schedules.normal import normal
from diffusion.text.clip import encode_ids, pool_at_end


def shapes(weights):
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


def fill(build, weights):
    with torch.device("meta"):
        network = build()
    network.load_state_dict(weights, strict=True, assign=True)
    return network.eval()


def suffixes(case, name):
    return [suffix for suffix in ("", "_b") if f"in.{name}{suffix}" in case.tensors]


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


class RecordedNoise:
    """The draws of the reference run, in order."""

    def __init__(self, draws) -> None:
        self.draws = draws.double()
        self.next = 0

    def __call__(self, sigma, sigma_next):
        self.next += 1
        return self.draws[self.next - 1]


CHURN = Churn(amount=3.0, sigma_min=0.05, sigma_max=8.0, noise=1.003)
SOLVERS: dict[str, Callable] = {
    "euler": euler,
    "euler_churn": lambda *a, **k: euler(*a, churn=CHURN, **k),
    "euler_ancestral": euler_ancestral,
    "euler_ancestral_eta05": lambda *a, **k: euler_ancestral(*a, eta=0.5, **k),
    "heun": heun,
    "heun_churn": lambda *a, **k: heun(*a, churn=CHURN, **k),
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_2m_sde": dpmpp_2m_sde,
    "dpmpp_2m_sde_heun": lambda *a, **k: dpmpp_2m_sde(*a, solver="heun", **k),
}


def gaussian_denoiser(case):
    mean, variance = case.input("data_mean").double(), case.input("data_std").double() ** 2
    return lambda x, sigma: (variance * x + sigma**2 * mean) / (variance + sigma**2)


def kdiff_samplers(case):
    outputs = {}
    for name, solver in SOLVERS.items():
        steps = []
        outputs[name] = solver(
            gaussian_denoiser(case),
            case.input("x_T").double(),
            case.input("sigmas"),
            noise=RecordedNoise(case.input("noise")),
            callback=steps.append,
        )
        # The reference reports x before it is stirred; with churn our callback sees it after.
        if not name.endswith("churn"):
            outputs[f"{name}.x_step2"] = steps[2].x
    return outputs


def kdiff_schedules(case):
    low, high = case.input("sigma_min").item(), case.input("sigma_max").item()
    table = scaled_linear()
    queries = case.input("query_sigmas").tolist()
    outputs = {
        "t_of_sigma": torch.tensor([table.timestep(sigma) for sigma in queries]),
        "t_of_sigma_quantized": torch.tensor([table.nearest_timestep(sigma) for sigma in queries]),
        "sigma_of_t": table.sigma(case.input("query_t")),
        "ancestral_down_up": torch.tensor(
            [ancestral_levels(*step) for step in ((3, 1.5, 1.0), (0.9, 0.2, 1.0), (10, 7, 0.5))]
        ),
        "sd_discrete_sigmas_first5": table.sigmas[:5],
        "sd_discrete_sigmas_last5": table.sigmas[-5:],
    }
    for steps in case.facts["config"]["steps"]:
        outputs |= {
            f"karras_{steps}": karras_between(low, high, steps),
            f"karras_rho3.0_{steps}": karras_between(low, high, steps, rho=3.0),
            f"exponential_{steps}": exponential_between(low, high, steps),
            f"sd_discrete_{steps}": normal(table, steps),
        }
    return outputs


def ddim_arithmetic(case):
    """DDIM in the variance-exploding view: y = x/√ᾱ, down to the smallest level of the table (not to 0)."""
    table = scaled_linear()
    timesteps = torch.arange(0, 1000, 1000 // case.facts["config"]["steps"]) + 1
    levels = torch.cat([table.sigmas[timesteps].flip(0), table.sigmas[:1]]).double()
    start = case.input("x_T").double() * (1 + levels[0] ** 2) ** 0.5
    outputs = {"timesteps": timesteps, "sigmas_first5": table.sigmas[:5], "sigmas_last5": table.sigmas[-5:]}
    for name, eta in (("ddim_eta0", 0.0), ("ddim_eta05", 0.5), ("ddim_eta1", 1.0)):
        steps = []
        y = ddim(
            gaussian_denoiser(case),
            start,
            levels,
            noise=RecordedNoise(case.input("noise")),
            callback=steps.append,
            eta=eta,
        )
        outputs[name] = y / math.sqrt(1 + levels[-1].item() ** 2)
        outputs[f"{name}.x_after2"] = steps[2].x / math.sqrt(1 + levels[2].item() ** 2)
    return outputs


FAMILIES: dict[str, Callable] = {
    "sd1": latent_diffusion,
    "sd1-inpaint": unet,
    "sd2": unet,
    "sd2-unclip": unet,
    "sd1-clip-l": clip_text,
    "k-diffusion-samplers": kdiff_samplers,
    "k-diffusion-schedules": kdiff_schedules,
    "ddim-plms": ddim_arithmetic,
}

# Recorded outputs of these families that nothing of ours computes yet, as patterns.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "k-diffusion-samplers": (
        *("dpm_2*", "lms*", "dpm_fast*", "dpm_adaptive*", "dpmpp_2s_ancestral*", "dpmpp_sde*", "dpmpp_3m_sde*"),
        *("euler_churn.x_step2", "heun_churn.x_step2"),
    ),
    "k-diffusion-schedules": ("polyexponential*", "vp*"),
    "ddim-plms": ("plms*", "ddim_alphas*", "ddim_sigmas_eta1", "alphas_cumprod*"),
}
