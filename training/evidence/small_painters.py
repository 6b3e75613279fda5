"""Small U-Nets that learn to paint from frozen text encoders, to compare what they read: the same seed, pictures,
captions and number of steps for each. Their weights stay in the training cache; a page trains what is missing.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.clip import ClipText
from diffusion.networks.patched_unet import PatchedUNet
from diffusion.networks.t5 import T5Encoder
from diffusion.text.chunks import Token, framed, ids_of
from diffusion.text.tokenizer_files import open_tokenizer
from training.loop import Course, follow
from training.parallel import Team
from training.quick_kernels import quicken
from training.stages import pixels
from training.stages.pixel_model import SIDE, kept_signal, walk
from training.stages.pixels import Goal, PixelSet
from training.stages.sheet import pictures_of
from training.stages.unet_model import CONFIG, PreciseEnd
from training.starters import CLIP_TEXT, T5
from training.state import load_state
from training.world.captions import draw_caption, plain_caption
from training.world.pool import draw_scenes, render_all

PATCH = 8
"""A grid of 8 × 8 makes a step four times as cheap as the starters' grid of 16."""
LENGTH = 77
SCENES, BATCH = 6_000, 32
STEPS = 600
RATE = 1e-3
GUIDANCE, WALK = 3.0, 20
SMALL, WIDE = (32, 64), (32, 96)
"""Channels of both levels of the grid."""
PAIRS = 512
"""Held-out scenes whose noise is taken away once, for `errors`."""
CHOSEN = Goal("painters", 0, scenes=SCENES)


@dataclass(frozen=True)
class Arm:
    """What is trained: which encoder is read, how many of its layers (0: all), by a U-Net of which channels."""

    name: str
    encoder: Path
    layers: int
    channels: tuple[int, int]

    @property
    def state(self) -> str:
        """File of its state."""
        wide = "x".join(map(str, self.channels))
        return f"painter-{self.encoder.stem}-{self.layers or 'all'}-{wide}.pt"


BY_CLIP = Arm("CLIP", CLIP_TEXT, 0, SMALL)
BY_T5 = Arm("T5", T5, 0, SMALL)
SHALLOW_WIDE = Arm("T5's first layer, wider U-Net", T5, 1, WIDE)
SHALLOW = Arm("T5's first layer", T5, 1, SMALL)


class TextStates:
    """A frozen text encoder as a function from captions to token states [N, 77, width], perhaps of its first layers."""

    def __init__(self, path: Path, layers: int = 0) -> None:
        opened = open_model(path)
        self.tokenizer = open_tokenizer(opened.text[0], opened.path)
        network = materialise(opened.text[0].weighted)
        assert isinstance(network, ClipText | T5Encoder)
        if layers:
            assert isinstance(network, T5Encoder)
            network.encoder.block = network.encoder.block[:layers]
        self.network = network.eval()

    def _ids(self, captions: list[str]) -> Tensor:
        words = [[Token(word) for word in self.tokenizer.words(caption)] for caption in captions]
        return ids_of([framed(row, self.tokenizer, LENGTH) for row in words], torch.device("cpu"))

    @torch.no_grad()
    def __call__(self, captions: list[str]) -> Tensor:
        """Encode captions."""
        ids = self._ids(captions)
        with torch.autocast("cpu", torch.bfloat16):
            states = self.network(ids).last if isinstance(self.network, ClipText) else self.network(ids)
        return states.float()

    @torch.no_grad()
    def operations(self) -> int:
        """Floating-point operations that one caption takes."""
        with FlopCounterMode(display=False) as counted:
            self.network(self._ids([""]))
        return counted.get_total_flops()

    def parameters(self) -> int:
        """How many the network has."""
        return sum(parameter.numel() for parameter in self.network.parameters())


@torch.no_grad()
def build(channels: tuple[int, int]) -> PatchedUNet:
    """A U-Net that starts from nothing; what the published code starts at zero starts small (Ho et al. 2020)."""
    colours = 3 * PATCH**2
    config = replace(
        CONFIG,
        in_channels=colours,
        out_channels=colours,
        model_channels=channels[0],
        level_channels=channels,
        heads=4,
    )
    model = PatchedUNet(config)
    for name, module in model.named_modules():
        if name.endswith(("out_layers.3", "proj_out", "out.2")) and isinstance(module, nn.Conv2d):
            module.weight.mul_(0.05)
    model.out = PreciseEnd(model.out)  # pyright: ignore[reportAttributeAccessIssue]
    quicken(model)
    return model.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def operations(model: nn.Module, *, training: bool) -> int:
    """Floating-point operations of the U-Net for one picture: a step of sampling without guidance, or of training."""
    shown = (
        torch.randn(1, 3, SIDE, SIDE),
        torch.zeros(1, dtype=torch.long),
        torch.randn(1, LENGTH, CONFIG.context_width),
    )
    with FlopCounterMode(display=False) as counted, torch.set_grad_enabled(training):
        made = model(*shown)
        if training:
            made.sum().backward()
    model.zero_grad(set_to_none=True)
    return counted.get_total_flops()


@dataclass(frozen=True)
class Painter:
    """An arm's trained network with its encoder."""

    arm: Arm
    model: nn.Module
    states: TextStates

    def paint(self, captions: list[str], seed: int) -> list[Image.Image]:
        """Pictures of 64 pixels."""
        made: list[Image.Image] = []
        empty = {"context": self.states([""])}
        for start in range(0, len(captions), 32):
            asked = {"context": self.states(captions[start : start + 32])}
            made += pictures_of(walk(self.model, asked, empty, steps=WALK, guidance=GUIDANCE, seed=seed + start))
        return made

    @torch.no_grad()
    def errors(self, seed: int) -> tuple[Tensor, Tensor]:
        """Squared errors [N] of the picture predicted from a held-out noisy one, with its caption and with none.

        Scenes, times and noise are the same for every arm, so that arms can be compared row by row.
        """
        scenes = draw_scenes(PAIRS, 9000 + seed, held_out=True)
        rng, kept = torch.Generator().manual_seed(seed), kept_signal()
        told: list[Tensor] = []
        untold: list[Tensor] = []
        for start in range(0, PAIRS, 32):
            part = scenes[start : start + 32]
            clean = pixels.small(render_all(part)).float() / 127.5 - 1
            time = pixels.draw_times(len(part), rng)
            share = kept[time][:, None, None, None]
            noisy = share.sqrt() * clean + (1 - share).sqrt() * torch.randn(clean.shape, generator=rng)
            captions = [plain_caption(scene.description) for scene in part]
            for states, found in ((self.states(captions), told), (self.states([""] * len(part)), untold)):
                with torch.autocast("cpu", torch.bfloat16):
                    made = self.model(noisy, time, states).float()
                found.append((made - clean).square().mean(dim=(1, 2, 3)))
        return torch.cat(told), torch.cat(untold)


def trained(arm: Arm, state_dir: Path, *, seed: int, steps: int = STEPS) -> Painter:
    """The arm's painter, trained if its state is not in the folder or not finished."""
    states = TextStates(arm.encoder, arm.layers)
    data: PixelSet = pixels.prepared(state_dir, CHOSEN, states, draw_caption, seed=seed)
    torch.manual_seed(seed)
    model, kept = build(arm.channels), kept_signal()
    print(f"{arm.name}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    course = Course(state_dir / arm.state, seed, steps, 0.0, RATE, pixels.OUTER)
    follow(
        course,
        model,
        Team(),
        lambda rng: pixels.loss_of(model, data, CHOSEN, BATCH, rng, kept),
        lambda _weights, _step: ("", 0.0),
    )
    finished = build(arm.channels)
    finished.load_state_dict(load_state(state_dir / arm.state)["average"])
    return Painter(arm, finished.eval(), states)
