"""Train the UNet on latents and caption states."""

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.unet import UNet
from training.grader.grading import Grade, grade, shares
from training.loop import Course, follow
from training.parallel import Team
from training.quick_kernels import quicken
from training.stages.captioning import (
    encode_captions,
    finished_text_encoder,
    make_caption_states,
    read_caption_states,
)
from training.stages.latents import SCALE_FACTOR, finished_autoencoder, make_latents, read_latents
from training.stages.sheet import pictures_of, sheet
from training.stages.unet_model import CONFIG, TIMESTEPS, PreciseEnd, kept_signal, sample, start_as_identity
from training.tokenizer import Vocabulary
from training.world.captions import plain_caption
from training.world.pool import draw_scenes
from training.world.scene import Description

STATE = "unet.pt"
LEARNING_RATE = 7e-4
BATCH = 32
DROPPED = 0.1
"""Share of captions replaced by the empty one, for classifier-free guidance."""
LARGEST_WEIGHT = 50.0
LEANING = 0.25
"""Share of timesteps that lean to the noisy end."""
SHIFT = 2.0
"""How far those lean; 1 is uniform."""
MIDDLE = 0.2
"""Centre of the other timesteps, as a logit."""
SCENES = 10_000
WORDINGS = 2


@dataclass(frozen=True)
class TrainingSet:
    """Scaled latents [N, 4, 16, 16], states [N, wordings, 77, width], and the empty caption's states [1, 77, width]."""

    latents: Tensor
    states: Tensor
    empty: Tensor


def draw_times(count: int, rng: torch.Generator) -> Tensor:
    """Timesteps [count]: three quarters logit-normal in the middle (Esser et al. 2024), where shapes are decided,
    and a quarter leaning to the noisy end, where layout is."""
    uniform = torch.rand(count, generator=rng)
    leaning = SHIFT * uniform / (1 + (SHIFT - 1) * uniform)
    middle = torch.sigmoid(torch.randn(count, generator=rng) + MIDDLE)
    chosen = torch.where(torch.rand(count, generator=rng) < LEANING, leaning, middle)
    return (chosen * TIMESTEPS).long().clamp(max=TIMESTEPS - 1)


def loss_of(model: nn.Module, data: TrainingSet, count: int, rng: torch.Generator, kept: Tensor) -> Tensor:
    """The weighted error of the predicted noise on one batch of `count`.

    The weight 1/ᾱ turns the error of the noise into that of the velocity (Salimans & Ho 2022). Unweighted, the
    caption explains less than a hundredth of the noise where noise is strongest, and layout is hardly learnt.
    """
    which = torch.randint(len(data.latents), (count,), generator=rng)
    wording = torch.randint(data.states.shape[1], (count,), generator=rng)
    clean, context = data.latents[which].float(), data.states[which, wording].float()
    dropped = torch.rand(count, generator=rng) < DROPPED
    context = torch.where(dropped[:, None, None], data.empty, context)
    time = draw_times(count, rng)
    noise = torch.randn(clean.shape, generator=rng)
    share = kept[time][:, None, None, None]
    noisy = (share.sqrt() * clean + (1 - share).sqrt() * noise).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(noisy, time, context)
    weight = (1 / kept[time]).clamp(max=LARGEST_WEIGHT)
    return ((predicted.float() - noise).square().mean(dim=(1, 2, 3)) * weight).mean()


def build() -> UNet:
    """A UNet ready to train: precise at its end, starting near the identity."""
    model = UNet(CONFIG)
    start_as_identity(model)
    model.out = PreciseEnd(model.out)  # pyright: ignore[reportAttributeAccessIssue]
    quicken(model)
    return model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def published_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights under the published keys, without the training wrapper's name."""
    return {name.replace("out.inner.", "out."): tensor for name, tensor in weights.items()}


@torch.no_grad()
def decode(autoencoder: AutoencoderKL, latents: Tensor) -> list[Image.Image]:
    """Scaled latents to pictures."""
    with torch.autocast("cpu", torch.bfloat16):
        return pictures_of(torch.cat([autoencoder.decode(batch / SCALE_FACTOR).float() for batch in latents.split(16)]))


class Looks:
    """Paints and grades a few held-out prompts now and then."""

    def __init__(self, autoencoder: AutoencoderKL, asked: list[Description], states: Tensor, empty: Tensor) -> None:
        self.autoencoder = autoencoder
        self.asked = asked
        self.states = states.float()
        self.empty = empty.float()

    def __call__(self, model: nn.Module, path: Path, *, guidance: float = 4.0, steps: int = 20) -> str:
        """Write a sheet of pictures and return a line with the shares that came out right."""
        latents = sample(model, self.states, self.empty, steps=steps, guidance=guidance, seed=1)
        pictures = decode(self.autoencoder, latents)
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures).save(path)
        grades: list[Grade] = [grade(picture, asked) for picture, asked in zip(pictures, self.asked, strict=True)]
        return ", ".join(f"{name} {share.right}/{share.asked}" for name, share in shares(grades).items())


def prepare(
    state_dir: Path, vocabulary: Vocabulary, team: Team, *, scenes: int, seed: int
) -> tuple[TrainingSet, Looks]:
    """Encode what training needs with the two frozen networks; the leader encodes, the others read."""
    autoencoder = finished_autoencoder(state_dir)
    text = finished_text_encoder(state_dir, vocabulary)
    make_latents(state_dir, autoencoder, team, count=scenes, seed=seed)
    make_caption_states(state_dir, text, vocabulary, team, count=scenes, seed=seed, wordings=WORDINGS)
    empty = encode_captions(text, vocabulary, [""]).float()
    asked = [scene.description for scene in draw_scenes(36, seed, held_out=True)]
    asked_states = encode_captions(text, vocabulary, [plain_caption(one) for one in asked])
    data = TrainingSet(read_latents(state_dir), read_caption_states(state_dir), empty)
    return data, Looks(autoencoder, asked, asked_states, empty)


def train(state_dir: Path, vocabulary: Vocabulary, team: Team, *, steps: int, minutes: float, seed: int) -> None:
    """Train, or go on from the saved state; now and then a sheet of pictures and a quick grade."""
    data, looks = prepare(state_dir, vocabulary, team, scenes=SCENES, seed=seed)
    # Every process must begin with the same weights, whatever it drew while preparing.
    torch.manual_seed(seed)
    model = build()
    team.say(f"UNet: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters")
    kept = kept_signal()

    def look(weights: dict[str, Tensor], step: int) -> tuple[str, float]:
        averaged = build()
        averaged.load_state_dict(weights)
        return looks(averaged.eval(), state_dir / "looks" / f"{step:06d}.png"), 0.0

    outer = ("input_blocks.0.", "out.inner.")
    course = Course(state_dir / STATE, seed, steps, minutes, LEARNING_RATE, outer)
    follow(course, model, team, lambda rng: loss_of(model, data, BATCH // team.size, rng, kept), look)
