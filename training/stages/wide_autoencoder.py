"""Teach the shipped autoencoder the wider world, in such a way that it sees the plain one as before.

The networks that paint in its latent space were trained on plain pictures: their latents are held to what they were.
"""

from pathlib import Path

import torch
from torch import Tensor

from diffusion.networks.autoencoder import AutoencoderKL
from training.muon import Optimiser
from training.parallel import Team
from training.quick_kernels import quicken
from training.stages.autoencoder import crops, loss_of, psnr
from training.stages.gentle_norms import fold, unfold
from training.stages.inpaint import shipped_autoencoder
from training.stages.latents import SCALE_FACTOR
from training.state import Budget, load_state, save_state
from training.world.pool import draw_scenes, render_all
from training.world.wide import draw_wide

STATE = "wide-autoencoder.pt"
LEARNING_RATE = 3e-4
SCENES = 4_000
PLAIN_SHARE = 3
"""Every third batch is of plain pictures."""
HELD = 4.0
"""Weight of the squared change of a plain picture's scaled latent."""
SAVE_EVERY = 150


def finished(state_dir: Path) -> AutoencoderKL:
    """The autoencoder as this stage left it."""
    model = build()
    model.load_state_dict(load_state(state_dir / STATE)["model"])
    fold(model)
    return model.eval()


def build() -> AutoencoderKL:
    """The shipped autoencoder, ready to be trained on."""
    model = shipped_autoencoder().requires_grad_(True)
    unfold(model)
    quicken(model)
    return model


def held(model: AutoencoderKL, before: AutoencoderKL, pictures: Tensor) -> Tensor:
    """How far the scaled latents of pictures have moved, squared and averaged."""
    with torch.autocast("cpu", torch.bfloat16):
        now = model.encode(pictures)[0].float()
        with torch.no_grad():
            then = before.encode(pictures)[0].float()
    return ((now - then) * SCALE_FACTOR).square().mean()


def train(state_dir: Path, team: Team, *, minutes: float, seed: int) -> None:
    """Train, or go on from the saved state; prints the PSNR on held-out pictures of both worlds."""
    torch.manual_seed(seed)
    path = state_dir / STATE
    before = shipped_autoencoder().eval()
    model = build()
    optimiser = Optimiser(model, lr=LEARNING_RATE, outer=("conv_in", "conv_out", "quant_conv"))
    budget = Budget(1_000_000, minutes)
    if path.is_file():
        state = load_state(path)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        budget = Budget(1_000_000, minutes, state["step"], state["seconds"])
    plain, wide = draw_scenes(SCENES // 2, seed, held_out=False), draw_wide(SCENES, seed, held_out=False)
    pools = (render_all(plain), render_all(wide))
    shown = [render_all(draw(32, seed, held_out=True)) for draw in (draw_scenes, draw_wide)]

    def save() -> None:
        if team.leads:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
            save_state(path, state | {"step": budget.step, "seconds": budget.seconds})
            told = " and ".join(f"{psnr(model, pictures):.2f} dB" for pictures in shown)
            team.say(f"step {budget.step}, {budget.seconds:.0f} s: plain and wide {told}")

    progress = budget.progress
    while progress < 1:
        optimiser.set_share(min(1.0, (budget.step + 1) / 100) * max(0.02, 1 - progress))
        rng = torch.Generator().manual_seed((seed * 1_000_003 + budget.step) * 64 + team.rank)
        is_plain = budget.step % PLAIN_SHARE == 0
        pool, drawn = (pools[0], plain) if is_plain else (pools[1], wide)
        picture = crops(pool, drawn, rng, whole=budget.step % 4 == 0)
        noise = torch.randn((len(picture), 4, picture.shape[-2] // 8, picture.shape[-1] // 8), generator=rng)
        optimiser.zero_grad()
        loss = loss_of(model, picture, noise)
        if is_plain:
            loss = loss + HELD * held(model, before, picture)
        loss.backward()
        budget.step += 1
        progress = team.average(model.parameters(), budget.progress)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if budget.step % 20 == 0:
            team.say(f"step {budget.step} {budget.seconds:.0f} s loss {loss.item():.4f}")
        if budget.step % SAVE_EVERY == 0:
            save()
    save()
