"""Train the diffusion prior: text → CLIP image embedding (Ramesh et al. 2022, section 2.2)."""

from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.prior import FURTHER_TOKENS, DiffusersPrior, PriorConfig
from diffusion.networks.transformer import causal_mask
from diffusion.priors.diffusion_prior import PriorRun, PriorText, sample_prior
from diffusion.priors.published import published_prior
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas
from training.compact import DELICATE, compact
from training.measured import Length, run
from training.quick_kernels import quicken
from training.ship import write_shipped
from training.stages.embeddings import Pairs, closeness, lengthened
from training.stages.text_model import WIDTH
from training.state import load_state
from training.tokenizer import LENGTH

STATE = "prior.pt"
CONFIG = PriorConfig(width=WIDTH, layers=3, heads=3, clip_width=WIDTH, text_length=LENGTH)
BATCH = 192
DROPPED = 0.1
"""Share of texts replaced by the empty one, for guidance."""
TIMESTEPS = 1000
LOOK = PriorRun(steps=10, guidance=2.0)


def short_forward(network: DiffusersPrior, x: Tensor, timesteps: Tensor, text: PriorText) -> Tensor:
    """What the network predicts [B, D], for a text cut where padding begins.

    Padding is never looked at, so leaving it out changes nothing but the time it takes.

    Args:
        network: the prior.
        x: noisy embeddings [B, D], normalised.
        timesteps: [B], 0 to 999.
        text: of any length up to the network's.
    """
    length, whole = text.sequence.shape[1], network.config.text_length
    time = network.time_embedding(timestep_embedding(timesteps, network.config.width).to(x.dtype))
    single = (network.embedding_proj(text.pooled), time, network.proj_in(x))
    words = network.encoder_hidden_states_proj(text.sequence)
    tokens = torch.cat([words, torch.stack(single, dim=1), network.prd_embedding.expand(len(x), -1, -1)], dim=1)
    places = network.positional_embedding
    hidden = tokens + torch.cat([places[:, :length], places[:, whole:]], dim=1)
    seen = torch.cat([text.mask, text.mask.new_ones(len(x), FURTHER_TOKENS)], dim=1)
    visible = (seen[:, None] & causal_mask(seen.shape[1], seen.device))[:, None]
    for block in network.transformer_blocks:
        hidden = block(hidden, visible)
    return network.proj_to_clip_embeddings(network.norm_out(hidden[:, -1]))


def build(pairs: Pairs, seed: int) -> DiffusersPrior:
    """A network that knows the mean and deviation of the training set's embeddings."""
    torch.manual_seed(seed)
    network = DiffusersPrior(CONFIG)
    nn.init.normal_(network.prd_embedding, std=0.02)
    nn.init.normal_(network.positional_embedding, std=0.02)
    with torch.no_grad():
        network.clip_mean.copy_(pairs.images.mean(dim=0, keepdim=True))
        network.clip_std.copy_(pairs.images.std(dim=0, keepdim=True))
    network.clip_mean.requires_grad_(False)
    network.clip_std.requires_grad_(False)
    quicken(network)
    return network


def or_empty(text: PriorText, empty: PriorText, dropped: Tensor) -> PriorText:
    """The texts, with those that are `dropped` [B] replaced by the empty one."""
    return PriorText(
        torch.where(dropped[:, None], empty.pooled, text.pooled),
        torch.where(dropped[:, None, None], empty.sequence, text.sequence),
        torch.where(dropped[:, None], empty.mask, text.mask),
    )


class PriorTask:
    """The squared error of the clean embedding, predicted from a noisy one."""

    outer = ("proj_in", "proj_to_clip", "embedding", "encoder_hidden_states_proj")
    rate = 1e-3

    def __init__(self, pairs: Pairs, held_out: Pairs, empty: PriorText, seed: int, batch: int = BATCH) -> None:
        self.pairs, self.held_out, self.empty, self.seed, self.batch = pairs, held_out, empty, seed, batch
        self.network = build(pairs, seed)
        self.model: nn.Module = self.network
        self.clean = (pairs.images - self.network.clip_mean) / self.network.clip_std
        self.kept = cumulative_alphas(cosine_betas()).float()

    def loss(self, step: int) -> Tensor:
        """The loss of one step."""
        rng = torch.Generator().manual_seed(self.seed * 9_000_011 + step)
        which = torch.randint(len(self.clean), (self.batch,), generator=rng)
        wording = torch.randint(self.pairs.pooled.shape[1], (self.batch,), generator=rng)
        dropped = torch.rand(self.batch, generator=rng) < DROPPED
        text = or_empty(self.pairs.text(which, wording), self.empty, dropped)
        time = torch.randint(TIMESTEPS, (self.batch,), generator=rng)
        share = self.kept[time][:, None]
        clean = self.clean[which]
        noise = torch.randn(clean.shape, generator=rng)
        with torch.autocast("cpu", torch.bfloat16):
            predicted = short_forward(self.network, share.sqrt() * clean + (1 - share).sqrt() * noise, time, text)
        return (predicted.float() - clean).square().mean()

    def sample(self, wanted: PriorRun, seed: int) -> Tensor:
        """Embeddings [N, D] for the held-out captions, by the sampler that people use."""
        count = len(self.held_out.images)
        text = lengthened(self.held_out.text(torch.arange(count), torch.zeros(count, dtype=torch.long)))
        ready = published_prior(self.network)
        seeds = [seed + number for number in range(count)]
        with torch.autocast("cpu", torch.bfloat16):
            made = sample_prior(ready.network, text, lengthened(self.empty), wanted, seeds=seeds, finish=ready.finish)
        return made.float()

    def measure(self) -> tuple[float, str]:
        """How near the samples are to the true pictures' embeddings."""
        found = closeness(self.sample(LOOK, 1), self.held_out.images)
        return found.centred + found.twins, f"held out, {LOOK.steps} steps, guidance {LOOK.guidance}: {found}"


def baselines(pairs: Pairs, held_out: Pairs) -> dict[str, str]:
    """What is near without a prior: the mean picture, and the text's own embedding, as it is and moved over the gap."""
    texts = held_out.pooled[:, 0].float()
    gap = pairs.images.mean(dim=0) - pairs.pooled[:, 0].float().mean(dim=0)
    mean = pairs.images.mean(dim=0, keepdim=True)
    noise = torch.randn(held_out.images.shape, generator=torch.Generator().manual_seed(1)) * 1e-3
    return {
        "mean embedding": str(closeness(mean + noise, held_out.images)),
        "text embedding": str(closeness(texts, held_out.images)),
        "text embedding moved by the gap": str(closeness(texts + gap, held_out.images)),
    }


def train(state_dir: Path, task: PriorTask, length: Length, init_from: dict[str, Tensor] | None = None) -> None:
    """Train, or go on from the saved state; `init_from`: the shipped network's weights."""
    if init_from:
        task.model.load_state_dict(init_from)
    run(state_dir / STATE, task, length)


def export(state_dir: Path, path: Path) -> int:
    """Write the best weights in the layout of diffusers; returns the file's bytes."""
    best = load_state(state_dir / STATE)["best"]
    metadata = {"modelspec.title": "Noiseloom starter prior", "modelspec.architecture": "unclip-prior"}
    return write_shipped(compact(best, (*DELICATE, "clip_mean", "clip_std")), path, metadata)
