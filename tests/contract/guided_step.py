"""A node that takes one guided step with a UNet of any family, for measuring what a step takes."""

import os
from typing import Annotated, Any

import torch

from diffusion.checkpoints.load import open_model
from diffusion.networks.interrupt import interruptible
from graph_engine.spec.sdk import ModelFile, NodeContext, NodeResult, Registry, node


@node(id="GuidedStep", title="Guided step", category="test", is_output=True, cacheable=False)
def guided_step(
    ctx: NodeContext, name: Annotated[str, ModelFile("checkpoints")], side: int = 64, working: int = 0, calls: int = 1
) -> NodeResult:
    denoiser: Any = open_model(ctx.files.model("checkpoints", name)).denoiser
    with ctx.memory.lease(denoiser, working_bytes=working) as network, interruptible(ctx.check_cancelled):
        config = network.config
        x = torch.randn(2, config.in_channels, side, side).to(memory_format=torch.channels_last)
        context = torch.randn(2, 77, config.context_width)
        y = torch.randn(2, config.label_size) if config.label == "vector" else None
        for call in range(calls):
            ctx.report(call, calls, None)
            result = network(x, torch.tensor([500, 500]), context, y)
    return NodeResult(ui={"text": [list(result.shape), bool(torch.isfinite(result).all())]})


@node(id="Warm", title="Warm", category="test", is_output=True, cacheable=False)
def warm() -> NodeResult:
    """What a worker's first job imports and sets up, so that it is there before a measurement."""
    x = torch.randn(2, 32, 8, 8)
    torch.nn.functional.conv2d(x, torch.randn(32, 32, 3, 3))
    return NodeResult(ui={"pid": [os.getpid()]})


def build() -> Registry:
    return Registry.of([guided_step, warm])
