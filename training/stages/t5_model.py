"""The starter's T5 encoder, its throw-away decoder, and span corruption (Raffel et al. 2020, section 3.1.4)."""

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.attention import Attention, FeedForward
from diffusion.networks.t5 import T5Config, T5Encoder
from training.pieces import Pieces
from training.quick_kernels import quicken

WIDTH, LAYERS, HEADS, MLP = 192, 3, 6, 384
LENGTH = 77
"""Tokens that samplers hand over: prompts are filled up with padding, which the encoder reads like words."""
PADDING_ID, END_ID = 0, 1
IGNORED = -100


def neighbourly(config: T5Config) -> Tensor:
    """A start for the scores of relative distances [buckets, heads]: heads look back or ahead, near or far.

    T5 starts near zero and has half a million steps to grow what finds a word's neighbours. Steps of an optimiser
    like Adam are as large as its rate: in a thousand of them a score moves by one, which does not single out a
    neighbour among 77 tokens.
    """
    half = config.buckets // 2
    distance = torch.arange(half).float()
    table = torch.empty(config.buckets, config.heads)
    for head in range(config.heads):
        near = (-distance / (1.0, 4.0, 16.0)[head // 2 % 3]).clamp(min=-6)
        ahead = head % 2
        table[ahead * half : (ahead + 1) * half, head] = near
        table[(1 - ahead) * half : (2 - ahead) * half, head] = (near - 3).clamp(min=-6)
    return table


@torch.no_grad()
def build_encoder(vocabulary: int) -> T5Encoder:
    """An encoder of the starter's size with T5's own initialisation (Raffel et al. 2020; the scores are not scaled),
    but for relative distances: see `neighbourly`."""
    config = T5Config(
        width=WIDTH, mlp_width=MLP, layers=LAYERS, heads=HEADS, head_width=WIDTH // HEADS, vocabulary=vocabulary
    )
    model = T5Encoder(config)
    for name, parameter in model.named_parameters():
        if name.endswith("relative_attention_bias.weight"):
            parameter.copy_(neighbourly(config))
        elif name.endswith(".q.weight"):
            nn.init.normal_(parameter, std=(WIDTH * config.head_width) ** -0.5)
        elif name.endswith("shared.weight"):
            nn.init.normal_(parameter, std=0.5)
        elif parameter.ndim == 2:
            nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    quicken(model)
    return model


class CausalLayer(nn.Module):
    """Attention to what was said before, then to the encoder's states, then a feed-forward."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_read = nn.LayerNorm(WIDTH)
        self.read = Attention(WIDTH, WIDTH, HEADS)
        self.norm_ff = nn.LayerNorm(WIDTH)
        self.ff = FeedForward(WIDTH, 2)

    def forward(self, x: Tensor, states: Tensor, later: Tensor) -> Tensor:
        """Map [B, N, width], with states [B, T, width] and `later` [N, N] true where a key comes later."""
        query, key, value = self.qkv(self.norm(x)).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3)).masked_fill(later, -1e4)
        x = x + self.out(torch.matmul(scores.softmax(dim=-1), value).transpose(1, 2).flatten(2))
        x = x + self.read(self.norm_read(x), states)
        return x + self.ff(self.norm_ff(x))


class Decoder(nn.Module):
    """Writes the spans that were cut out. It is discarded after training."""

    def __init__(self, vocabulary: int, depth: int = 2) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Parameter(torch.randn(48, WIDTH) * 0.02)
        self.layers = nn.ModuleList([CausalLayer() for _ in range(depth)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, vocabulary)
        nn.init.normal_(self.embed.weight, std=0.5)
        quicken(self)

    def forward(self, states: Tensor, target: Tensor) -> Tensor:
        """The mean cross-entropy of target ids [B, N], read from the encoder's states [B, T, width]."""
        said = F.pad(target[:, :-1], (1, 0), value=PADDING_ID).clamp(min=0)
        later = torch.ones(said.shape[1], said.shape[1], dtype=torch.bool).triu(1)
        hidden = self.embed(said) + self.positions[: said.shape[1]]
        for layer in self.layers:
            hidden = layer(hidden, states, later)
        return F.cross_entropy(
            self.head(self.norm(hidden)).float().flatten(0, 1), target.flatten(), ignore_index=IGNORED
        )


def corrupt(
    ids: list[int], pieces: Pieces, rng: random.Random, *, share: float, last: int = 0
) -> tuple[list[int], list[int]]:
    """Cut spans of one to three tokens out; returns what is left with stand-ins, and the stand-ins with the spans.

    Args:
        ids: tokens of a text.
        pieces: the vocabulary, which has the stand-ins.
        rng: draws the spans.
        share: of the tokens that is cut out.
        last: cut out just this many tokens at the end instead.
    """
    cut = [False] * len(ids)
    if last:
        cut[-last:] = [True] * last
    while not last and sum(cut) < max(1, round(share * len(ids))):
        begin = rng.randrange(len(ids))
        for place in range(begin, min(begin + rng.randint(1, 3), len(ids))):
            cut[place] = True
    left: list[int] = []
    target: list[int] = []
    number = -1
    for place, token in enumerate(ids):
        if not cut[place]:
            left.append(token)
            continue
        if not place or not cut[place - 1]:
            number += 1
            left.append(pieces.sentinel(number))
            target.append(pieces.sentinel(number))
        target.append(token)
    return [*left, END_ID], [*target, END_ID]


def filled(rows: list[list[int]], length: int, value: int = PADDING_ID) -> Tensor:
    """Rows of ids as one tensor [B, length], filled up at the end."""
    return torch.tensor([[*row, *[value] * (length - len(row))] for row in rows])


def read_encoder(path: Path) -> dict[str, Tensor]:
    """The weights of a shipped encoder, in float32."""
    text = open_model(path).text
    if not text or not isinstance(text[0].weighted.network, T5Encoder):
        raise ValueError(f"{path} holds no T5 encoder.")
    return {name: tensor.float() for name, tensor in materialise(text[0].weighted).state_dict().items()}
