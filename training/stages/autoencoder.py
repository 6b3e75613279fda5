"""Train the KL autoencoder on crops and whole pictures of the world."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from training.muon import Optimiser
from training.parallel import Team
from training.stages.gentle_norms import make_gentle, start_as_average
from training.state import Budget, load_state, save_state
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.scene import Scene
from training.world.vocabulary import PICTURE_SIZE

CONFIG = AutoencoderConfig(base_channels=64, level_channels=(64, 64, 96, 128), res_blocks=1)
STATE = "autoencoder.pt"
CROP = 48
"""Side of a crop in pixels."""
LEARNING_RATE = 6e-4
KL_WEIGHT = 3e-5


def build_for_training() -> AutoencoderKL:
    """An autoencoder with gentle norms that starts as an average over cells."""
    model = AutoencoderKL(CONFIG)
    make_gentle(model)
    start_as_average(model)
    return model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def crops(pool: Tensor, drawn: list[Scene], rng: torch.Generator, *, whole: bool) -> Tensor:
    """Two whole pictures, or eight crops near things and words: away from them there is little to learn."""
    which = torch.randint(len(pool), (2 if whole else 8,), generator=rng).tolist()
    if whole:
        return to_unit_range(pool[which])
    cut: list[Tensor] = []
    for index in which:
        centres = _centres(drawn[index])
        centre_of = centres[int(torch.randint(len(centres), (1,), generator=rng))]
        shift = torch.randint(-12, 13, (2,), generator=rng).tolist()
        left, top = (
            min(max(centre + move - CROP // 2, 0), PICTURE_SIZE - CROP)
            for centre, move in zip(centre_of, shift, strict=True)
        )
        cut.append(pool[index, :, top : top + CROP, left : left + CROP])
    return to_unit_range(torch.stack(cut))


def _centres(scene: Scene) -> list[tuple[int, int]]:
    """Of the things, and of the halves of the word."""
    word = [] if scene.word_at is None else [(scene.word_at[0] + side, scene.word_at[1]) for side in (-18, 18)]
    return [(item.x, item.y) for item in scene.items] + word


def _edges(picture: Tensor) -> tuple[Tensor, Tensor]:
    return picture[..., 1:, :] - picture[..., :-1, :], picture[..., 1:] - picture[..., :-1]


def loss_of(model: AutoencoderKL, picture: Tensor, noise: Tensor) -> Tensor:
    """Absolute, squared and edge error of the reconstruction, and the weighted KL divergence of the latent."""
    with torch.autocast("cpu", torch.bfloat16):
        mean, log_variance = model.encode(picture)
        log_variance = log_variance.float().clamp(-20, 5)
        mean = mean.float()
        again = model.decode(mean + noise * torch.exp(0.5 * log_variance))
    again = again.float()
    edge = sum((a - b).abs().mean() for a, b in zip(_edges(again), _edges(picture), strict=True))
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    return F.l1_loss(again, picture) + F.mse_loss(again, picture) + edge + KL_WEIGHT * divergence


@torch.no_grad()
def psnr(model: AutoencoderKL, pictures: Tensor) -> float:
    """Mean peak signal-to-noise ratio in dB of uint8 pictures [N, 3, H, W] after encoding and decoding."""
    values: list[Tensor] = []
    for batch in pictures.split(8):
        again = model.decode(model.encode(to_unit_range(batch))[0])
        error = (((again.clamp(-1, 1) + 1) * 127.5).round() - batch.float()).square().mean(dim=(1, 2, 3))
        values.append(10 * torch.log10(255.0**2 / error.clamp(min=1e-6)))
    return float(torch.cat(values).mean())


def train(state_dir: Path, team: Team, *, steps: int, minutes: float, seed: int) -> None:
    """Train, or go on from the saved state; prints the loss and the PSNR on held-out pictures."""
    torch.manual_seed(seed)
    path = state_dir / STATE
    model = build_for_training()
    optimiser = Optimiser(model, lr=LEARNING_RATE, outer=("conv_in", "conv_out", "quant_conv"))
    budget = Budget(steps, minutes)
    if path.is_file():
        state = load_state(path)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        budget = Budget(steps, minutes, state["step"], state["seconds"])
    drawn = draw_scenes(4000, seed, held_out=False)
    pool = render_all(drawn)
    held_out = render_all(draw_scenes(48, seed, held_out=True))
    team.say(f"autoencoder: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")

    def save() -> None:
        if not team.leads:
            return
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
        save_state(path, state | {"step": budget.step, "seconds": budget.seconds})
        team.say(f"step {budget.step}, {budget.seconds:.0f} s: {psnr(model, held_out):.2f} dB")

    progress = budget.progress
    while progress < 1:
        warm = min(1.0, (budget.step + 1) / 50)
        share = warm * max(0.02, 1 - progress)
        optimiser.set_share(share)
        rng = torch.Generator().manual_seed((seed * 1_000_003 + budget.step) * 64 + team.rank)
        # Whole pictures come in too: the statistics of norms differ between crops and pictures.
        picture = crops(pool, drawn, rng, whole=budget.step % (5 if progress < 0.7 else 3) == 0)
        noise = torch.randn((len(picture), 4, picture.shape[-2] // 8, picture.shape[-1] // 8), generator=rng)
        optimiser.zero_grad()
        loss = loss_of(model, picture, noise)
        loss.backward()
        budget.step += 1
        progress = team.average(model.parameters(), budget.progress)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if budget.step % 20 == 0:
            team.say(f"step {budget.step} {budget.seconds:.0f} s loss {loss.item():.4f} rate {share:.2f}")
        if budget.step % 150 == 0:
            save()
    save()
