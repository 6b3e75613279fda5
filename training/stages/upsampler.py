"""Train an upsampler on crops of large renders."""

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.efficient_unet import EfficientUNet
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas, noised
from training.loop import Course, follow
from training.parallel import Team
from training.stages.enlarging import UPSAMPLERS, Upsampling, build, draw_pairs, enlarge, made_worse, pictures, psnr
from training.stages.sheet import pictures_of, sheet
from training.state import load_state
from training.world.pool import draw_scenes
from training.world.scene import Scene, draw_description, place
from training.world.split import is_held_out

TIMESTEPS = 1000
LEARNING_RATE = 1e-3
OUTER = ("conv_in", "out.2", "time_embed.0", "aug_embed.0", "small_gain")
LOOKED_AT = 6


def state_of(state_dir: Path, kind: Upsampling) -> Path:
    """Where an upsampler's state lies."""
    return state_dir / f"{kind.name}.pt"


def fresh_scene(chance: random.Random) -> Scene:
    """A scene of the training side of the split."""
    while True:
        description = draw_description(chance)
        if not is_held_out(description):
            return place(description, chance)


def loss_of(model: nn.Module, kind: Upsampling, kept: Tensor, rng: torch.Generator) -> Tensor:
    """The error of the predicted picture, absolute and squared: edges should be crisp, and colours right."""
    pairs = draw_pairs(kind, fresh_scene, rng)
    time = torch.randint(TIMESTEPS, (kind.batch,), generator=rng)
    noisy = noised(pairs.large, torch.randn(pairs.large.shape, generator=rng), kept, time)
    small = noised(pairs.grown, torch.randn(pairs.grown.shape, generator=rng), kept, pairs.level)
    given = torch.cat([noisy, small], dim=1).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        made = model(given, time, level=pairs.level)
    return F.l1_loss(made.float(), pairs.large) + 2 * F.mse_loss(made.float(), pairs.large)


class Looks:
    """Enlarges a few held-out scenes, for a sheet of pictures and a comparison with bicubic enlargement."""

    def __init__(self, state_dir: Path, kind: Upsampling, seed: int) -> None:
        self.folder = state_dir / "looks"
        self.kind = kind
        scenes = draw_scenes(LOOKED_AT if kind.side < 1024 else 2, seed, held_out=True)
        rng = torch.Generator().manual_seed(seed)
        self.true = pictures(scenes, kind.side)
        self.small = torch.cat([made_worse(one[None], kind, rng) for one in self.true])
        bicubic = F.interpolate(self.small, scale_factor=4.0, mode="bicubic")
        self.bicubic = psnr(bicubic, self.true)

    def __call__(self, weights: dict[str, Tensor], step: int) -> tuple[str, float]:
        """Write a sheet; returns a line and the gain over bicubic in dB."""
        model = EfficientUNet(self.kind.config)
        model.load_state_dict(weights)
        model = model.to(memory_format=torch.channels_last).eval()  # pyright: ignore[reportCallIssue]
        made = enlarge(model, self.kind, self.small, level=0.0, seed=1)
        reached = psnr(made, self.true)
        self.folder.mkdir(parents=True, exist_ok=True)
        grown = F.interpolate(self.small, scale_factor=4.0, mode="nearest")
        rows = torch.cat([grown, made, self.true])
        sheet(pictures_of(rows), columns=len(made)).save(self.folder / f"{self.kind.name}-{step:06d}.png")
        return f"{reached:.2f} dB, bicubic {self.bicubic:.2f} dB", reached - self.bicubic


def weights_of(path: Path) -> dict[str, Tensor]:
    """The weights of a shipped upsampler, in float32."""
    weighted = open_model(path).denoiser
    if weighted is None or not isinstance(weighted.network, EfficientUNet):
        raise ValueError(f"{path} is no upsampler of this recipe.")
    return {name: tensor.float() for name, tensor in materialise(weighted).state_dict().items()}


def train(
    state_dir: Path,
    kind: Upsampling,
    team: Team,
    *,
    steps: int,
    minutes: float,
    seed: int,
    init: Path | None = None,
) -> None:
    """Train, or go on from the saved state; see `follow`.

    Args:
        state_dir: folder of states.
        kind: which upsampler.
        team: who trains together.
        steps, minutes: the budget.
        seed: of data and weights.
        init: start from this shipped file. Otherwise a stage that has a start begins from its state.
    """
    torch.manual_seed(seed)
    model = build(kind)
    if init is not None:
        model.load_state_dict(weights_of(init), strict=False)
    elif kind.start is not None:
        model.load_state_dict(load_state(state_of(state_dir, UPSAMPLERS[kind.start]))["average"])
    team.say(f"{kind.name}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    kept = cumulative_alphas(cosine_betas())
    course = Course(state_of(state_dir, kind), seed, steps, minutes, LEARNING_RATE, OUTER, look_every=240)
    follow(course, model, team, lambda rng: loss_of(model, kind, kept, rng), Looks(state_dir, kind, seed))
