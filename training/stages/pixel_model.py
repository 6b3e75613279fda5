"""The starters' 64-pixel networks: how they are built, where they start from, and a plain walk for looks."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.patched_unet import PatchedUNet
from diffusion.networks.unet import UNet
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas
from training.quick_kernels import quicken
from training.stages.unet_model import CONFIG, PreciseEnd
from training.state import load_state

SIDE = 64
"""Pixels."""
PATCH = 4
CHANNELS = 3 * PATCH**2
TIMESTEPS = 1000
IMAGE_TOKENS = 4


def build(*, embedding_width: int = 0, context_width: int = CONFIG.context_width) -> PatchedUNet:
    """A network ready to train; `embedding_width`: of the CLIP image embedding it reads, 0 for none."""
    config = replace(CONFIG, in_channels=CHANNELS, out_channels=CHANNELS, context_width=context_width)
    if embedding_width:
        config = replace(config, label="vector", label_size=embedding_width)
    model = PatchedUNet(config, image_tokens=IMAGE_TOKENS if embedding_width else 0)
    if embedding_width:
        _start_unheard(model)
    model.out = PreciseEnd(model.out)  # pyright: ignore[reportAttributeAccessIssue]
    quicken(model)
    return model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


@torch.no_grad()
def _start_unheard(model: PatchedUNet) -> None:
    """Let the embedding change nothing at first, so that what the network knows of text stays."""
    last = model.get_submodule("label_emb.0.2")
    assert isinstance(last, nn.Linear) and model.image_tokens is not None
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    nn.init.normal_(model.image_tokens.weight, std=0.02)
    nn.init.zeros_(model.image_tokens.bias)


def take_over(model: nn.Module, weights: dict[str, Tensor]) -> list[str]:
    """Take every weight of the same name and shape into a model; returns the names that stay as they were."""
    own = model.state_dict()
    fitting = {name: tensor for name, tensor in weights.items() if name in own and own[name].shape == tensor.shape}
    model.load_state_dict(fitting, strict=False)
    return sorted(own.keys() - fitting.keys())


def weights_of(path: Path) -> dict[str, Tensor]:
    """The weights of a stage's state, or of a shipped UNet, under the names that `build` gives.

    The Stable Diffusion starter serves too: objects, order and binding are learnt there, and its grid is the same.

    Raises:
        ValueError: the file holds no UNet of ours.
    """
    if path.suffix == ".pt":
        return load_state(path)["average"]
    weighted = open_model(path).denoiser
    if weighted is None or not isinstance(weighted.network, UNet):
        raise ValueError(f"{path} holds no UNet to start from")
    found = materialise(weighted).state_dict()
    return {name.replace("out.", "out.inner.", 1) if name.startswith("out.") else name: t for name, t in found.items()}


def published_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights under the published keys, without the training wrapper's name."""
    return {name.replace("out.inner.", "out.", 1): tensor for name, tensor in weights.items()}


def kept_signal() -> Tensor:
    """ᾱ_t of the cosine schedule, [1000]."""
    return cumulative_alphas(cosine_betas()).float()


@torch.no_grad()
def walk(
    model: nn.Module, asked: dict[str, Tensor], unasked: dict[str, Tensor], *, steps: int, guidance: float, seed: int
) -> Tensor:
    """A plain DDIM walk (Song et al. 2021) of a network that predicts the picture, for looks while training.

    Args:
        asked, unasked: `context` [B, T, width] and perhaps `y` [B, D], with and without what guides.

    Returns:
        pixels [B, 3, 64, 64] in -1..1.
    """
    rng = torch.Generator().manual_seed(seed)
    kept = kept_signal()
    count = len(asked["context"])
    x = torch.randn((count, 3, SIDE, SIDE), generator=rng)
    both = {name: torch.cat([asked[name], unasked[name].expand_as(asked[name])]) for name in asked}
    times = torch.linspace(TIMESTEPS - 1, 0, steps + 1).round().long()[:-1]
    for index, time in enumerate(times):
        with torch.autocast("cpu", torch.bfloat16):
            pair = model(torch.cat([x, x]), time.expand(2 * count), **both).float()
        wanted, other = pair.chunk(2)
        clean = (other + guidance * (wanted - other)).clamp(-1, 1)
        now = kept[time]
        after = kept[times[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        noise = (x - now.sqrt() * clean) / (1 - now).sqrt()
        x = after.sqrt() * clean + (1 - after).sqrt() * noise
    return x.clamp(-1, 1)
