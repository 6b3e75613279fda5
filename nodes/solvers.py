"""Solvers with settings of their own."""

from typing import Annotated

from diffusion.samplers.choice import SolverChoice
from diffusion.samplers.dpm_adaptive import Tolerance
from graph_engine.spec.sdk import Choices, Ge, Le, Step, Tooltip, node
from nodes.sockets import Sampler

CATEGORY = "sampling/custom/solvers"
Eta = Annotated[float, Ge(0), Le(100), Step(0.01), Tooltip("Share of fresh noise in each step; 0 is deterministic")]
NoiseScale = Annotated[float, Ge(0), Le(100), Step(0.01), Tooltip("Factor on the fresh noise")]
Device = Annotated[str, Choices(("gpu", "cpu")), Tooltip("Noise is always drawn on the CPU here; kept for workflows")]


@node(id="SamplerEulerAncestral", title="Euler ancestral", category=CATEGORY)
def sampler_euler_ancestral(*, eta: Eta = 1.0, s_noise: NoiseScale = 1.0) -> Sampler:
    """Euler's method with fresh noise after each step (Song et al. 2020; Karras et al. 2022)."""
    return SolverChoice("euler_ancestral", {"eta": eta, "noise_scale": s_noise})


@node(id="SamplerEulerAncestralCFGPP", title="Euler ancestral CFG++", category=CATEGORY)
def sampler_euler_ancestral_cfg_pp(*, eta: Eta = 1.0, s_noise: NoiseScale = 1.0) -> Sampler:
    """Euler's method, noised again with what the negative prediction sees (CFG++, Chung et al. 2024)."""
    return SolverChoice("euler_ancestral_cfg_pp", {"eta": eta, "noise_scale": s_noise})


@node(id="SamplerLMS", title="LMS", category=CATEGORY)
def sampler_lms(*, order: Annotated[int, Ge(1), Le(4), Tooltip("How many steps it looks back at")] = 4) -> Sampler:
    """Linear multistep (Adams–Bashforth) steps over uneven levels, as k-diffusion has them."""
    return SolverChoice("lms", {"order": order})


@node(id="SamplerDPMPP_2S_Ancestral", title="DPM++ 2S ancestral", category=CATEGORY)
def sampler_dpmpp_2s_ancestral(*, eta: Eta = 1.0, s_noise: NoiseScale = 1.0) -> Sampler:
    """DPM-Solver++(2S) with ancestral noise (Lu et al. 2022): two calls of the network a step."""
    return SolverChoice("dpmpp_2s_ancestral", {"eta": eta, "noise_scale": s_noise})


@node(id="SamplerDPMPP_SDE", title="DPM++ SDE", category=CATEGORY)
def sampler_dpmpp_sde(
    *,
    eta: Eta = 1.0,
    s_noise: NoiseScale = 1.0,
    r: Annotated[float, Ge(0.01), Le(1), Step(0.01), Tooltip("Where in the step it looks a second time")] = 0.5,
    noise_device: Device = "cpu",
) -> Sampler:
    """The stochastic form of DPM-Solver++(2S) (Lu et al. 2022), with noise from one Brownian path."""
    return SolverChoice("dpmpp_sde", {"eta": eta, "noise_scale": s_noise, "ratio": r})


@node(id="SamplerDPMPP_2M_SDE", title="DPM++ 2M SDE", category=CATEGORY)
def sampler_dpmpp_2m_sde(
    *,
    solver_type: Annotated[str, Choices(("midpoint", "heun"))] = "midpoint",
    eta: Eta = 1.0,
    s_noise: NoiseScale = 1.0,
    noise_device: Device = "cpu",
) -> Sampler:
    """The stochastic form of DPM-Solver++(2M) (Lu et al. 2022): one call of the network a step."""
    return SolverChoice("dpmpp_2m_sde", {"eta": eta, "noise_scale": s_noise, "solver": solver_type})


@node(id="SamplerDPMPP_3M_SDE", title="DPM++ 3M SDE", category=CATEGORY)
def sampler_dpmpp_3m_sde(*, eta: Eta = 1.0, s_noise: NoiseScale = 1.0, noise_device: Device = "cpu") -> Sampler:
    """A third-order multistep form of DPM-Solver++ with noise (Lu et al. 2022; k-diffusion)."""
    return SolverChoice("dpmpp_3m_sde", {"eta": eta, "noise_scale": s_noise})


@node(id="SamplerDPMAdaptative", title="DPM adaptive", category=CATEGORY)
def sampler_dpm_adaptive(
    *,
    rtol: Annotated[float, Ge(0), Le(100), Step(0.01), Tooltip("Allowed relative error")] = 0.05,
    atol: Annotated[float, Ge(0), Le(100), Step(0.0001), Tooltip("Allowed absolute error")] = 0.0078,
    h_init: Annotated[float, Ge(0.001), Le(100), Step(0.01), Tooltip("Length of the first step in log σ")] = 0.05,
    accept_safety: Annotated[float, Ge(0), Le(100), Step(0.01), Tooltip("How small an error lets a step pass")] = 0.81,
) -> Sampler:
    """DPM-Solver-12/23 with steps as long as an error estimate allows (Lu et al. 2022, "DPM-Solver", appendix C)."""
    return SolverChoice("dpm_adaptive", {"tolerance": Tolerance(rtol, max(atol, 1e-9), h_init, accept_safety)})


@node(id="SamplerER_SDE", title="ER SDE", category=CATEGORY)
def sampler_er_sde(
    *, max_stage: Annotated[int, Ge(1), Le(3), Tooltip("Highest order; 1 is Euler's")] = 3, s_noise: NoiseScale = 1.0
) -> Sampler:
    """Extended reverse-time SDE solver of up to third order (Cui et al. 2023)."""
    return SolverChoice("er_sde", {"order": max_stage, "noise_scale": s_noise})


@node(id="SamplerDDIM", title="DDIM", category=CATEGORY)
def sampler_ddim(*, eta: Eta = 0.0) -> Sampler:
    """DDIM (Song et al. 2020): deterministic at eta 0, DDPM's noise at 1."""
    return SolverChoice("ddim", {"eta": eta})
