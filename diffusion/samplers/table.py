"""The samplers by the names people know them by."""

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from diffusion.denoiser import Denoiser
from diffusion.samplers.cfg_pp import euler_ancestral_cfg_pp, euler_cfg_pp
from diffusion.samplers.ddim import ddim
from diffusion.samplers.ddpm import ddpm
from diffusion.samplers.deis import deis
from diffusion.samplers.dpm_2 import dpm_2, dpm_2_ancestral
from diffusion.samplers.dpm_adaptive import dpm_adaptive
from diffusion.samplers.dpm_fast import dpm_fast
from diffusion.samplers.dpmpp_2m import dpmpp_2m
from diffusion.samplers.dpmpp_2m_sde import dpmpp_2m_sde, dpmpp_2m_sde_heun
from diffusion.samplers.dpmpp_2s_ancestral import dpmpp_2s_ancestral
from diffusion.samplers.dpmpp_3m_sde import dpmpp_3m_sde
from diffusion.samplers.dpmpp_cfg_pp import dpmpp_2m_cfg_pp, dpmpp_2s_ancestral_cfg_pp
from diffusion.samplers.dpmpp_sde import dpmpp_sde
from diffusion.samplers.er_sde import er_sde
from diffusion.samplers.euler import euler
from diffusion.samplers.euler_ancestral import euler_ancestral
from diffusion.samplers.gradient_estimation import gradient_estimation, gradient_estimation_cfg_pp
from diffusion.samplers.heun import heun
from diffusion.samplers.heunpp2 import heunpp2
from diffusion.samplers.ipndm import ipndm, ipndm_v
from diffusion.samplers.lcm import lcm
from diffusion.samplers.lms import lms
from diffusion.samplers.noise import NoiseSource
from diffusion.samplers.plms import plms
from diffusion.samplers.res_multistep import (
    res_multistep,
    res_multistep_ancestral,
    res_multistep_ancestral_cfg_pp,
    res_multistep_cfg_pp,
)
from diffusion.samplers.restart import restart
from diffusion.samplers.sa_solver import sa_solver, sa_solver_pece
from diffusion.samplers.seeds import seeds_2, seeds_3
from diffusion.samplers.step import Callback
from diffusion.samplers.unipc import uni_pc, uni_pc_bh2


class Sampler(Protocol):
    """A solver: denoiser, start x at level sigmas[0], levels → x at level sigmas[-1]."""

    def __call__(
        self, denoiser: Denoiser, x: Tensor, sigmas: Tensor, *, noise: NoiseSource, callback: Callback | None = None
    ) -> Tensor:
        """Run."""
        ...


SAMPLERS: Mapping[str, Sampler] = {
    "euler": euler,
    "euler_cfg_pp": euler_cfg_pp,
    "euler_ancestral": euler_ancestral,
    "euler_ancestral_cfg_pp": euler_ancestral_cfg_pp,
    "heun": heun,
    "heunpp2": heunpp2,
    "dpm_2": dpm_2,
    "dpm_2_ancestral": dpm_2_ancestral,
    "lms": lms,
    "dpm_fast": dpm_fast,
    "dpm_adaptive": dpm_adaptive,
    "dpmpp_2s_ancestral": dpmpp_2s_ancestral,
    "dpmpp_2s_ancestral_cfg_pp": dpmpp_2s_ancestral_cfg_pp,
    "dpmpp_sde": dpmpp_sde,
    "dpmpp_sde_gpu": dpmpp_sde,
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_2m_cfg_pp": dpmpp_2m_cfg_pp,
    "dpmpp_2m_sde": dpmpp_2m_sde,
    "dpmpp_2m_sde_gpu": dpmpp_2m_sde,
    "dpmpp_2m_sde_heun": dpmpp_2m_sde_heun,
    "dpmpp_2m_sde_heun_gpu": dpmpp_2m_sde_heun,
    "dpmpp_3m_sde": dpmpp_3m_sde,
    "dpmpp_3m_sde_gpu": dpmpp_3m_sde,
    "ddpm": ddpm,
    "lcm": lcm,
    "ipndm": ipndm,
    "ipndm_v": ipndm_v,
    "deis": deis,
    "res_multistep": res_multistep,
    "res_multistep_cfg_pp": res_multistep_cfg_pp,
    "res_multistep_ancestral": res_multistep_ancestral,
    "res_multistep_ancestral_cfg_pp": res_multistep_ancestral_cfg_pp,
    "gradient_estimation": gradient_estimation,
    "gradient_estimation_cfg_pp": gradient_estimation_cfg_pp,
    "er_sde": er_sde,
    "seeds_2": seeds_2,
    "seeds_3": seeds_3,
    "sa_solver": sa_solver,
    "sa_solver_pece": sa_solver_pece,
    "ddim": ddim,
    "uni_pc": uni_pc,
    "uni_pc_bh2": uni_pc_bh2,
    "restart": restart,
    "plms": plms,
}
"""Names ending in "_gpu" are those of others that draw noise on the device; here noise always comes from the CPU."""
