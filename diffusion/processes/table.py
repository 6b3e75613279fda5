"""The process that a model's record asks for."""

import torch

from diffusion.checkpoints.record import ModelRecord, NoiseFacts
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.edm import EdmProcess
from diffusion.processes.flow import FlowProcess
from diffusion.processes.process import Process
from diffusion.schedules.cosine import cosine_betas, linear_betas
from diffusion.schedules.discrete import DiscreteSchedule, scaled_linear, schedule_from_betas
from diffusion.schedules.zero_snr import with_zero_terminal_snr


def betas_for(noise: NoiseFacts) -> torch.Tensor:
    """Return the variances β [steps] float64 of a model with a table of levels.

    Raises:
        ValueError: the model's levels are no table.
    """
    if noise.kind == "scaled_linear":
        return torch.linspace(noise.start**0.5, noise.end**0.5, noise.steps, dtype=torch.float64) ** 2
    if noise.kind == "linear":
        return linear_betas(noise.start, noise.end, noise.steps)
    if noise.kind == "cosine":
        return cosine_betas(noise.steps)
    raise ValueError(f"a model with {noise.kind!r} noise has no table of variances")


def schedule_for(noise: NoiseFacts) -> DiscreteSchedule:
    """Return the table of levels of a model that has one. Raises ValueError as `betas_for` does."""
    if noise.kind == "scaled_linear":
        schedule = scaled_linear(noise.start, noise.end, noise.steps)
    else:
        schedule = schedule_from_betas(betas_for(noise))
    return with_zero_terminal_snr(schedule) if noise.zero_terminal_snr else schedule


def process_for(record: ModelRecord) -> Process:
    """Return the process of a model.

    Raises:
        ValueError: its prediction and its noise do not belong together.
    """
    noise = record.noise
    if noise.kind == "flow":
        if record.prediction != "flow":
            raise ValueError(f"a model that predicts {record.prediction!r} cannot walk along a flow")
        return FlowProcess(noise.shift, noise.steps)
    if noise.kind == "edm":
        return EdmProcess(record.prediction, noise.sigma_min, noise.sigma_max, noise.sigma_data)
    if record.prediction not in ("eps", "v", "x0"):
        raise ValueError(f"a model that predicts {record.prediction!r} has no table of noise levels")
    return DiscreteProcess(schedule_for(noise), record.prediction)
