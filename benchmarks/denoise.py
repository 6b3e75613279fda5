"""How long one guided step takes, beside diffusers on the same weights, in the same process.

    python -m benchmarks.denoise --model sd15 --dtype fp32 bf16 [--side 512] [--repeats 3]
    python -m benchmarks.denoise --model sdxl --side 1024

Builds a full-size UNet with random weights, which both libraries share (`--model tiny` for a look in a moment), and
prints the medians, their ratio, the peak of the process's memory (with both networks in it), and the share of the
machine's own matrix-product peak that the step reaches.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers import EulerDiscreteScheduler, UNet2DConditionModel
from torch.utils.flop_counter import FlopCounterMode

from diffusion.checkpoints.keys.diffusers_unet import map_diffusers_unet_keys
from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.table import FAMILIES
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.processes.discrete import DiscreteProcess
from diffusion.samplers.euler import along_slope
from diffusion.schedules.discrete import scaled_linear
from graph_engine.memory.torch_backend import TorchBackend

SCALE = 7.5
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
SIDES = {"tiny": 128, "sd15": 512, "sdxl": 1024}
XL = {
    "model_channels": 320,
    "level_channels": (320, 640, 1280),
    "res_blocks": (2, 2, 2),
    "transformer_depth": (0, 2, 10),
    "middle_depth": 10,
    "context_width": 2048,
    "heads": None,
    "head_width": 64,
    "linear_projections": True,
    "label": "vector",
    "label_size": 2816,
}
CONFIGS = {
    "tiny": UNetConfig(model_channels=64, level_channels=(64, 128, 256, 256), context_width=64, heads=4),
    "sd15": UNetConfig(),
    "sdxl": UNetConfig(**XL),
}


def theirs_for(config: UNetConfig, dtype: torch.dtype) -> UNet2DConditionModel:
    """Build diffusers' network of the same shape, with random weights of its own, in channels-last order."""
    with torch.device("meta"):
        network = their_network(config).to(dtype)
    network = network.to_empty(device="cpu")
    for module in network.modules():
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d | torch.nn.GroupNorm | torch.nn.LayerNorm):
            module.reset_parameters()
    return network.to(memory_format=torch.channels_last).requires_grad_(False).eval()


def their_network(config: UNetConfig) -> UNet2DConditionModel:
    """Build diffusers' network."""
    attends = [depth > 0 for depth in config.transformer_depth]
    extended: dict[str, Any] = {}
    if config.label == "vector":
        extended = {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 256,
            "projection_class_embeddings_input_dim": config.label_size,
        }
    heads = config.heads or [width // 64 for width in config.level_channels]
    return UNet2DConditionModel(
        block_out_channels=config.level_channels,
        layers_per_block=2,
        down_block_types=["CrossAttnDownBlock2D" if one else "DownBlock2D" for one in attends],
        up_block_types=["CrossAttnUpBlock2D" if one else "UpBlock2D" for one in reversed(attends)],
        transformer_layers_per_block=[max(depth, 1) for depth in config.transformer_depth],
        cross_attention_dim=config.context_width,
        attention_head_dim=heads,
        use_linear_projection=config.linear_projections,
        **extended,
    )


def ours_with(theirs: UNet2DConditionModel, config: UNetConfig) -> UNet:
    """Build our network around the same tensors, loaded as the worker loads a file."""
    with torch.device("meta"):
        ours = UNet(config)
    weights = theirs.state_dict()
    stored = StoredWeights(LoadedStore(weights), map_diffusers_unet_keys(weights))
    loaded = Weighted(ours.requires_grad_(False).eval(), stored, "ours")
    backend = TorchBackend(torch.device("cpu"))
    backend.place(loaded, theirs.dtype, backend.footprint(loaded, theirs.dtype).full)
    return ours


class Timing(NamedTuple):
    """Seconds on the clock, and of the processor, which tell more where other programs run too."""

    clock: float
    processor: float


def timed(call: Callable[[], Any]) -> Timing:
    """Time a call."""
    began, began_processor = time.perf_counter(), time.process_time()
    call()
    return Timing(time.perf_counter() - began, time.process_time() - began_processor)


def median(timings: Sequence[Timing]) -> Timing:
    """Medians of both."""
    clock, processor = zip(*timings, strict=True)
    return Timing(statistics.median(clock), statistics.median(processor))


def matrix_peak(dtype: torch.dtype, repeats: int) -> float:
    """Floating-point operations of a large matrix product in a second of one processor core."""
    side = 2048
    left, right = torch.randn(side, side, dtype=dtype), torch.randn(side, side, dtype=dtype)
    torch.mm(left, right)
    return 2 * side**3 / min(timed(lambda: left @ right).processor for _ in range(5 * repeats))


def operations(config: UNetConfig, cells: int) -> int:
    """Floating-point operations of a guided step, counted on a network without weights."""
    with torch.device("meta"):
        network = UNet(config)
        x, times = torch.empty(2, config.in_channels, cells, cells), torch.empty(2)
        context = torch.empty(2, 77, config.context_width)
        y = torch.empty(2, config.label_size) if config.label == "vector" else None
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network(x, times, context, y)
    return counter.get_total_flops()


def peak_memory() -> int:
    """Most bytes that this process has had in memory so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def steps_of(
    theirs: UNet2DConditionModel, config: UNetConfig, cells: int, dtype: torch.dtype
) -> tuple[Callable[[], torch.Tensor], Callable[[], torch.Tensor]]:
    """Return our guided step and theirs, from the same x and prompts."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 4, cells, cells, generator=generator)
    prompts = [torch.randn(1, 77, config.context_width, generator=generator).to(dtype) for _ in range(2)]
    pooled, sizes = torch.zeros(1, config.label_size - 6 * 256 if config.label_size else 0), torch.zeros(1, 6)
    vector = torch.cat([pooled, torch.cat([torch.ones(1, 128), torch.zeros(1, 128)], 1).repeat(1, 6)], 1).to(dtype)
    y = vector if config.label == "vector" else None

    process = DiscreteProcess(scaled_linear())
    denoiser = NetworkDenoiser(ours_with(theirs, config), FAMILIES["sd1"], process, dtype=dtype)
    guided = ClassifierFreeGuidance(denoiser, *(Conditioning(prompt, y) for prompt in prompts), scale=SCALE)
    scheduler = EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    scheduler.set_timesteps(4)
    sigma, sigma_next = (float(level) for level in scheduler.sigmas[:2])
    noisy = x * sigma
    more = {"text_embeds": pooled.repeat(2, 1).to(dtype), "time_ids": sizes.repeat(2, 1).to(dtype)}
    negative_first = torch.cat(prompts[::-1])

    def ours() -> torch.Tensor:
        return along_slope(noisy, guided(noisy, sigma), sigma, sigma_next)

    def other() -> torch.Tensor:
        scheduler._step_index = None
        timestep = scheduler.timesteps[0]
        doubled = scheduler.scale_model_input(torch.cat([noisy, noisy]).to(dtype), timestep)
        doubled = doubled.contiguous(memory_format=torch.channels_last)
        kwargs = {"added_cond_kwargs": more} if config.label == "vector" else {}
        against, towards = theirs(doubled, timestep, negative_first, **kwargs).sample.chunk(2)
        return scheduler.step(against + SCALE * (towards - against), timestep, noisy).prev_sample

    return ours, other


def report(name: str, side: int, dtype_name: str, repeats: int) -> None:
    """Measure and print one line."""
    config, dtype, cells = CONFIGS[name], DTYPES[dtype_name], side // 8
    torch.manual_seed(0)
    theirs = theirs_for(config, dtype)
    with torch.inference_mode():
        ours, other = steps_of(theirs, config, cells, dtype)
        apart = (ours() - other()).abs().max().item() / other().abs().max().item()
        # In turns, so that whatever else the machine does is shared.
        turns = [(timed(ours), timed(other)) for _ in range(repeats)]
        peak = matrix_peak(dtype, repeats)
    mine, others = (median(timings) for timings in zip(*turns, strict=True))
    reached = operations(config, cells) / mine.processor / peak
    print(
        f"{name} {side}² {dtype_name}: {mine.clock:.2f} s a guided step, diffusers {others.clock:.2f} s, ratio "
        f"{mine.clock / others.clock:.2f}; processor time {mine.processor:.2f} s and {others.processor:.2f} s, "
        f"ratio {mine.processor / others.processor:.2f}; peak memory {peak_memory() / 2**30:.1f} GiB; {reached:.0%} of "
        f"{peak / 1e9:.0f} GFLOP/s a core; results differ by {apart:.1e} of the largest value; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=sorted(CONFIGS), default="sd15")
    parser.add_argument("--dtype", nargs="+", choices=sorted(DTYPES), default=["fp32", "bf16"])
    parser.add_argument("--side", type=int, help="of the picture in pixels (default: the model's own)")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    for dtype in given.dtype:
        report(given.model, given.side or SIDES[given.model], dtype, given.repeats)


if __name__ == "__main__":
    main()
