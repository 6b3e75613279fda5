"""Latents of many scenes, made once; and the constants that bring them to the published scale."""

from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderKL
from training.dealt import dealt
from training.parallel import Team
from training.stages import autoencoder
from training.stages.gentle_norms import fold
from training.state import load_state
from training.world.pool import draw_scenes, render_all, to_unit_range

SCALE_FACTOR = 0.18215
"""By which every reader of the version 1 layout multiplies the mean of the latent."""
STATE = "latents.pt"


def finished_autoencoder(state_dir: Path) -> AutoencoderKL:
    """The trained autoencoder in its published form: norms folded, latents centred, 0.18215·mean of unit deviation."""
    model = autoencoder.build_for_training()
    model.load_state_dict(load_state(state_dir / autoencoder.STATE)["model"])
    fold(model)
    model.eval()
    sample = render_all(draw_scenes(192, 77, held_out=False))
    means = torch.cat([_means(model, batch) for batch in sample.split(32)])
    standardise(model, means.mean(dim=(0, 2, 3)), means.std(dim=(0, 2, 3)))
    return model


@torch.no_grad()
def _means(model: AutoencoderKL, pictures: Tensor) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return model.encode(to_unit_range(pictures))[0].float()


@torch.no_grad()
def standardise(model: AutoencoderKL, mean: Tensor, deviation: Tensor) -> None:
    """Fold centre [4] and deviation [4] of each channel into the 1×1 convolutions around the latent."""
    quant, post = model.quant_conv, model.post_quant_conv
    assert isinstance(quant, nn.Conv2d) and isinstance(post, nn.Conv2d)
    assert quant.bias is not None and post.bias is not None
    wanted = 1 / SCALE_FACTOR
    gain = wanted / deviation
    channels = len(mean)
    post.bias += post.weight[:, :, 0, 0] @ mean
    post.weight /= gain[None, :, None, None]
    quant.bias[:channels] = (quant.bias[:channels] - mean) * gain
    quant.weight[:channels] *= gain[:, None, None, None]
    quant.bias[channels:] += 2 * gain.log()


def make_latents(state_dir: Path, model: AutoencoderKL, team: Team, *, count: int, seed: int) -> None:
    """Encode the first `count` training scenes of a stream to scaled latents, each process a part."""

    def make() -> dict[str, Tensor]:
        drawn = draw_scenes(count, seed, held_out=False)[team.rank :: team.size]
        parts: list[Tensor] = []
        for start in range(0, len(drawn), 32):
            parts.append((_means(model, render_all(drawn[start : start + 32])) * SCALE_FACTOR).half())
            if start % 960 == 0:
                team.say(f"latents: {start} of {len(drawn)}")
        return {"scaled": torch.cat(parts)}

    dealt(state_dir / STATE, ["scaled"], make, team)


def read_latents(state_dir: Path) -> Tensor:
    """Scaled latents [N, 4, 16, 16] of the first N training scenes."""
    return load_state(state_dir / STATE)["scaled"]
