"""``comfy.samplers``: the names of solvers and schedules. Sampling with its objects comes later."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.worker.shims.place import ShimPlace


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """Lists of names, and a ``KSampler`` that carries them."""
    from diffusion.samplers.table import SAMPLERS
    from diffusion.schedules.table import SCHEDULES

    solvers, schedules = list(SAMPLERS), list(SCHEDULES)

    class KSampler:
        """Only its lists are here."""

        SAMPLERS = solvers
        SCHEDULERS = schedules
        DISCARD_PENULTIMATE_SIGMA_SAMPLERS: frozenset[str] = frozenset()

    return {
        "KSampler": KSampler,
        "SAMPLER_NAMES": solvers,
        "SCHEDULER_NAMES": schedules,
        "KSAMPLER_NAMES": solvers,
        "SCHEDULER_HANDLERS": dict.fromkeys(schedules),
    }
