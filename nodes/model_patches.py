"""Patches of how a model is sampled: its prediction, its noise levels, the type it computes in."""

from dataclasses import replace
from typing import Annotated, Literal, get_args

import torch

from diffusion.checkpoints.record import ModelRecord, Prediction
from diffusion.processes.discrete import DiscreteProcess
from diffusion.processes.distilled import DistilledProcess
from diffusion.processes.edm import EdmProcess
from diffusion.processes.flow import FlowProcess
from diffusion.processes.process import Process
from diffusion.processes.table import schedule_for
from diffusion.schedules.zero_snr import with_zero_terminal_snr
from graph_engine.spec.sdk import Choices, Ge, Le, Step, Tooltip, node
from nodes.sockets import DiffusionModel, Model

CATEGORY = "model patches/sampling"
Discrete = Literal["eps", "v_prediction", "lcm", "x0"]
Continuous = Literal["v_prediction", "edm", "edm_playground_v2.5", "eps"]
Level = Annotated[float, Ge(0), Le(1000), Step(0.001)]
Highest = Annotated[Level, Tooltip("The noisiest level that the model was trained on")]
Lowest = Annotated[Level, Tooltip("The smallest level that it was trained on")]

# The statistics of Playground 2.5's latent (Li et al. 2024).
_PLAYGROUND_MEAN = (-1.6574, 1.886, -1.383, 2.5155)
_PLAYGROUND_STD = (8.4927, 5.9022, 6.5498, 5.2299)


def with_process(model: DiffusionModel, process: Process) -> DiffusionModel:
    """Return the model with another process."""
    return replace(model, options=replace(model.options, process=process))


@node(id="ModelSamplingDiscrete", title="Sampling: table of levels", category=CATEGORY, aliases=("zsnr", "v", "lcm"))
def model_sampling_discrete(
    *,
    model: Model,
    sampling: Annotated[str, Choices(get_args(Discrete)), Tooltip("What the network predicts")] = "eps",
    zsnr: Annotated[bool, Tooltip("Stretch the levels so that the last one is noise alone")] = False,
) -> Model:
    """Sets what a model with a table of levels predicts, for files that do not say it.

    Zero terminal SNR: Lin et al. 2023; velocity: Salimans & Ho 2022; consistency models: Luo et al. 2023.
    """
    schedule = schedule_for(_with_table(model.record).noise)
    if zsnr:
        schedule = with_zero_terminal_snr(schedule)
    if sampling == "lcm":
        return with_process(model, DistilledProcess(schedule, "eps"))
    predictions: dict[str, Prediction] = {"eps": "eps", "v_prediction": "v", "x0": "x0"}
    return with_process(model, DiscreteProcess(schedule, predictions[sampling]))


def _with_table(record: ModelRecord) -> ModelRecord:
    if record.noise.kind in ("flow", "edm"):
        raise ValueError(f"{record.title or record.family} has no table of noise levels; use another sampling patch.")
    return record


@node(id="ModelSamplingSD3", title="Sampling: flow", category=CATEGORY, aliases=("shift", "rectified flow"))
def model_sampling_sd3(
    *, model: Model, shift: Annotated[float, Ge(0), Le(100), Step(0.01), Tooltip("More for larger pictures")] = 3.0
) -> Model:
    """Sets how far a flow's levels are shifted towards noise (Esser et al. 2024, section 5.3.2)."""
    if model.record.prediction != "flow":
        raise ValueError("This model was not trained as a flow; this patch is for Stable Diffusion 3 and its kin.")
    return with_process(model, FlowProcess(max(shift, 1e-3), model.record.noise.steps))


@node(id="ModelSamplingContinuousEDM", title="Sampling: continuous levels", category=CATEGORY)
def model_sampling_continuous_edm(
    *,
    model: Model,
    sampling: Annotated[str, Choices(get_args(Continuous))] = "v_prediction",
    sigma_max: Highest = 120.0,
    sigma_min: Lowest = 0.002,
) -> Model:
    """Continuous noise levels, for models trained on them (Karras et al. 2022)."""
    kinds: dict[str, tuple[Prediction, float]] = {
        "v_prediction": ("v", 1.0),
        "edm": ("edm", 0.5),
        "edm_playground_v2.5": ("edm", 0.5),
        "eps": ("eps", 1.0),
    }
    prediction, deviation = kinds[sampling]
    patched = with_process(model, EdmProcess(prediction, max(sigma_min, 1e-6), sigma_max, deviation))
    if sampling != "edm_playground_v2.5":
        return patched
    latent = replace(model.record.latent, scale=0.5, mean=_PLAYGROUND_MEAN, std=_PLAYGROUND_STD)
    return replace(patched, record=replace(model.record, latent=latent))


@node(id="ModelSamplingContinuousV", title="Sampling: continuous velocity", category=CATEGORY)
def model_sampling_continuous_v(*, model: Model, sigma_max: Highest = 500.0, sigma_min: Lowest = 0.03) -> Model:
    """Continuous noise levels, told to the network as an angle, for models of velocity (Salimans & Ho 2022)."""
    return with_process(model, EdmProcess("v", max(sigma_min, 1e-6), sigma_max, 1.0, "angle"))


@node(id="ModelComputeDtype", title="Compute type", category="model patches/network", aliases=("bf16", "fp16", "half"))
def model_compute_dtype(
    *, model: Model, dtype: Annotated[str, Choices(("default", "fp32", "fp16", "bf16"))] = "default"
) -> Model:
    """Sets the number type that the network computes in: bf16 is two to four times as fast where the processor has it.

    Micikevicius et al. 2018 ("Mixed Precision Training") for what survives it. The solver itself stays in fp32.
    """
    types = {"default": None, "fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
    return replace(model, options=replace(model.options, dtype=types[dtype]))
