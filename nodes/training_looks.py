"""What training sees of a model, without training it: its noise schedule, the timesteps it draws, its loss."""

from typing import Annotated

import torch

from diffusion.guidance.mixing import Unguided
from diffusion.image.plot import plot
from diffusion.metrics.denoising_loss import denoising_loss
from diffusion.samplers.choice import SolverChoice
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas, noised
from diffusion.schedules.timestep_density import DENSITIES, Density, draw_times
from graph_engine.spec.sdk import Choices, Ge, Le, Name, NodeContext, NodeResult, Outputs, Seed, Step, Tooltip, node
from nodes.sampling_run import Run, process_of, run
from nodes.sockets import Conditioning, GuiderChoice, Image, ImageEmbed, Latent, Model, NoiseChoice, Sigmas

Drawn = Annotated[int, Seed(), Tooltip("The same seed draws the same noise")]


@node(
    id="NoiseSchedule",
    title="Noise schedule",
    category="metrics",
    is_output=True,
    aliases=("terminal snr", "alpha bar", "inspect"),
)
def noise_schedule(
    *, model: Model
) -> Annotated[NodeResult, Outputs(Annotated[Image, Name("plot")], Annotated[float, Name("signal_left")])]:
    """Shows how much signal and noise a model knows at each timestep, and how much signal is left at the last.

    Where some is left, the model has learned that noise tells how bright a picture is, and paints everything of
    medium brightness (Lin et al. 2023, section 2). Stable Diffusion keeps 0.068. 'Sampling: table of levels' mends it.
    """
    process = process_of(model)
    levels = process.sigmas.double()
    signal = 1 - levels if process.straight else (1 + levels.square()).rsqrt()
    noise = levels if process.straight else levels * signal
    left = signal[-1].item()
    picture = plot({"signal": signal.tolist(), "noise": noise.tolist()}, along="timestep: from picture to noise")
    ratio = "0" if left == 0 else f"{(signal[-1] / noise[-1]).square().item():.3g}"
    text = f"σ {process.sigma_min:.4g} … {process.sigma_max:.5g} · signal left {left:.4g} · terminal SNR {ratio}"
    return NodeResult(values=(picture, left), ui={"text": [text]})


@node(id="TimestepSampler", title="Training levels", category="sampling/custom/sigmas", aliases=("logit-normal", "sd3"))
def timestep_sampler(
    *,
    model: Model,
    density: Annotated[str, Choices(DENSITIES), Tooltip("logit-normal is what Stable Diffusion 3 took")] = (
        "logit-normal"
    ),
    count: Annotated[int, Ge(1), Le(10_000)] = 8,
    mean: Annotated[float, Ge(-10), Le(10), Step(0.1), Tooltip("Of the logit; above 0 favours noise")] = 0.0,
    spread: Annotated[
        float, Ge(-1), Le(10), Step(0.05), Tooltip("Deviation of the logit, or the height of 'mode' (SD3: 1.29)")
    ] = 1.0,
    seed: Drawn = 0,
) -> Sigmas:
    """Draws noise levels as a training step does (Esser et al. 2024, section 3.1), largest first, for 'Training loss'.

    The middle of the way from picture to noise is the hardest to predict; weighting it more trains a flow faster.
    """
    chosen: Density = next(name for name in DENSITIES if name == density)
    generator = torch.Generator().manual_seed(seed)
    times = draw_times(chosen, count, generator, mean=mean, spread=spread).clamp(1e-4, 1 - 1e-4)
    process = process_of(model)
    levels = torch.tensor([process.sigma_at(1 - time) for time in times.tolist()])
    return levels.clamp(process.sigma_min, process.sigma_max).sort(descending=True).values


@node(
    id="TrainStepLoss",
    title="Training loss",
    category="metrics",
    is_output=True,
    aliases=("mse", "min-snr", "validation loss"),
)
def train_step_loss(
    ctx: NodeContext,
    *,
    model: Model,
    positive: Conditioning,
    latent_image: Annotated[Latent, Tooltip("Encoded pictures that the prompt describes")],
    sigmas: Annotated[Sigmas, Tooltip("Levels to measure at, from 'Training levels' or a schedule; 0 is left out")],
    seed: Drawn = 0,
    min_snr: Annotated[float, Ge(0), Le(100), Step(0.5), Tooltip("γ of min-SNR weighting, 5 as published; 0: off")] = 0,
) -> Annotated[NodeResult, Outputs(Annotated[float, Name("loss")])]:
    """Measures the loss that a model is trained with, on pictures and a prompt: the error of its prediction.

    Mean squared error of the noise (Ho et al. 2020, equation 14) or of what the model predicts instead; with min-SNR
    weighting after Hang et al. 2023. Over pictures it never saw it tells how good a model is (Esser et al. 2024, §5.3).
    """
    guider = GuiderChoice(model, Unguided(), {"positive": positive})
    process, samples = process_of(model), latent_image["samples"]
    clean = model.record.latent.into_denoiser(samples.float())
    losses: list[float] = []
    told: list[str] = []
    for level in [float(sigma) for sigma in sigmas if float(sigma) > 0]:
        # A single Euler step to level 0 ends in what the network takes for the clean picture.
        # The last level of a table starts from noise alone; a hair below it the picture is still in it.
        start = min(level, process.sigma_max * (1 - 1e-4))
        plan = Run(SolverChoice("euler"), torch.tensor([start, 0.0]), NoiseChoice(seed))
        seen = run(ctx, guider, {"samples": samples}, plan).latent["samples"]
        predicted = model.record.latent.into_denoiser(seen.float())
        loss = denoising_loss(
            predicted,
            clean,
            start,
            getattr(process, "prediction", "flow"),
            data_deviation=getattr(process, "data_deviation", 1.0),
            most_snr=min_snr or None,
        )
        loss = loss.mean().item()
        losses.append(loss)
        told.append(f"σ {start:.4g}: {loss:.5f}")
    if not losses:
        raise ValueError("All levels wired to sigmas are 0: there is no noise to predict.")
    mean = sum(losses) / len(losses)
    return NodeResult(values=(mean,), ui={"text": [f"Loss {mean:.5f}", *told[:32]]})


@node(id="PriorAddNoise", title="Add noise to embedding", category="unclip", aliases=("forward process", "prior"))
def prior_add_noise(
    *,
    image_embed: ImageEmbed,
    timestep: Annotated[int, Ge(0), Le(999), Tooltip("999 is nearly noise alone")] = 500,
    seed: Drawn = 0,
) -> ImageEmbed:
    """Puts noise on an image embedding as a prior's training does (Ramesh et al. 2022, section 2.2; cosine schedule).

    Row i of a batch gets the noise of seed + i. Show a decoder the result to see what little noise an embedding bears.
    """
    drawn = [
        torch.randn(image_embed.shape[1], generator=torch.Generator().manual_seed((seed + row) % 2**64))
        for row in range(len(image_embed))
    ]
    # Noise is of unit deviation, so the embedding is brought there first, as priors do with their own statistics.
    scale = image_embed.float().std(dim=1, correction=0, keepdim=True).clamp_min(1e-8)
    kept = cumulative_alphas(cosine_betas(1000))
    times = torch.full((len(image_embed),), timestep)
    return noised(image_embed.float() / scale, torch.stack(drawn), kept, times) * scale
