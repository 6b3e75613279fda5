"""Latents in and out of files, in the form that ComfyUI writes and reads."""

import json
from typing import Annotated

import torch
from safetensors.torch import save

from diffusion.checkpoints.header import read_header
from diffusion.checkpoints.stores import MappedStore
from graph_engine.spec.sdk import InputFile, NodeContext, NodeResult, Outputs, Placeholder, node
from nodes.sockets import Latent

TENSOR = "latent_tensor"
VERSION = "latent_format_version_0"
"""Present in files whose latent is in the autoencoder's own scale; older ones hold it times 0.18215."""

OLD_SCALE = 0.18215


@node(id="SaveLatent", title="Save latent", category="latent/file", is_output=True, aliases=("write",))
def save_latent(
    ctx: NodeContext,
    *,
    samples: Latent,
    filename_prefix: Annotated[str, Placeholder("folder/name")] = "latents/noiseloom",
) -> Annotated[NodeResult, Outputs()]:
    """Writes a latent into the output folder, with its workflow, to go on from later."""
    texts = {key: json.dumps(value, ensure_ascii=True) for key, value in ctx.metadata.items()}
    tensors = {TENSOR: samples["samples"].contiguous(), VERSION: torch.zeros(0)}
    with ctx.files.reserve_output(filename_prefix, ".latent") as file:
        file.write(save(tensors, texts))
        return NodeResult(ui={"latents": [file.ui]})


@node(id="LoadLatent", title="Load latent", category="latent/file", aliases=("open",))
def load_latent(
    ctx: NodeContext, *, latent: Annotated[str, InputFile(extensions=(".latent", ".safetensors"))]
) -> Latent:
    """Reads a latent that was saved. A name ending in ` [output]` is read from the output folder."""
    path = ctx.files.input(latent)
    header = read_header(path)
    if TENSOR not in header.tensors:
        raise ValueError(f"{path.name} holds no latent (no tensor named {TENSOR}). Choose a file made by Save latent.")
    samples = MappedStore(path, header.tensors).read(TENSOR).float().clone()
    if samples.ndim != 4:
        raise ValueError(f"The latent in {path.name} has {samples.ndim} dimensions; the models here work on 4.")
    return {"samples": samples if VERSION in header.tensors else samples / OLD_SCALE}
