"""Train the autoregressive prior: text → codes of a CLIP image embedding (Ramesh et al. 2022, section 2.2)."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.networks.autoregressive_prior import AutoregressivePrior, AutoregressivePriorConfig
from diffusion.networks.transformer import causal_mask
from diffusion.priors.autoregressive import CodeRun, sample_codes
from diffusion.priors.diffusion_prior import PriorText
from diffusion.priors.image_codes import fit_image_codes
from training.compact import DELICATE, compact
from training.measured import Length, run
from training.quick_kernels import quicken
from training.ship import write_shipped
from training.stages.embeddings import Pairs, closeness, lengthened
from training.stages.text_model import WIDTH
from training.state import load_state
from training.tokenizer import LENGTH

STATE = "ar-prior.pt"
CONFIG = AutoregressivePriorConfig(
    width=WIDTH, layers=3, heads=3, clip_width=WIDTH, text_length=LENGTH, components=32, buckets=128, agreements=32
)
BATCH = 96
DROPPED = 10
"""Of so many texts, one is left out, for guidance."""
SOFTNESS = 1.0
"""Deviation, in buckets, over which a code's neighbours count as nearly right: buckets are in order."""
LOOK = CodeRun(guidance=1.5, temperature=0.5)


def short_logits(network: AutoregressivePrior, codes: Tensor, agreement: Tensor, text: PriorText) -> Tensor:
    """Logits of all codes [B, K, buckets] for a text cut where padding begins; see `prior.short_forward`.

    Args:
        network: the prior.
        codes: [B, K].
        agreement: [B].
        text: of any length up to the network's.
    """
    length = text.sequence.shape[1]
    words = torch.cat([network.text_features(text.sequence), network.text_embedding(text.pooled)[:, None]], dim=1)
    tokens = torch.cat([words, network.agreement(agreement)[:, None], network.bucket(codes[:, :-1])], dim=1)
    places = torch.cat([network.positions[:length], network.positions[network.config.text_length :]])
    hidden = tokens + places[: tokens.shape[1]]
    seen = torch.ones(tokens.shape[:2], dtype=torch.bool)
    seen[:, :length] = text.mask
    size = tokens.shape[1]
    mask = ((seen[:, None] & causal_mask(size, seen.device)) | torch.eye(size, dtype=torch.bool))[:, None]
    for block in network.resblocks:
        hidden = block(hidden, mask, None)[0]
    return network.to_bucket(network.final_ln(hidden[:, length + 1 :]))


def soft_loss(logits: Tensor, codes: Tensor) -> Tensor:
    """Cross-entropy against a bell around each code: logits [B, K, buckets], codes [B, K]."""
    places = torch.arange(logits.shape[-1])
    bell = torch.exp(-((places - codes[..., None]).float() / SOFTNESS).square() / 2)
    bell = bell / bell.sum(dim=-1, keepdim=True)
    return -(bell * F.log_softmax(logits.float(), dim=-1)).sum(dim=-1).mean()


def build(pairs: Pairs, seed: int) -> tuple[AutoregressivePrior, float]:
    """A network whose codes are fitted, and the share of variance that they keep."""
    torch.manual_seed(seed)
    network = AutoregressivePrior(CONFIG)
    for parameter in (network.no_text, network.positions):
        nn.init.normal_(parameter, std=0.02)
    for table in (network.bucket, network.agreement):
        nn.init.normal_(table.weight, std=0.1)
    kept = fit_image_codes(network.codes, pairs.images, pairs.pooled[:, 0].float())
    quicken(network)
    return network, kept


class CodesTask:
    """Cross-entropy of the codes of true pictures."""

    outer = ("text_features", "text_embedding", "no_text", "agreement", "bucket", "positions")
    rate = 1e-3

    def __init__(self, pairs: Pairs, held_out: Pairs, seed: int, batch: int = BATCH) -> None:
        self.pairs, self.held_out, self.seed, self.batch = pairs, held_out, seed, batch
        self.network, kept = build(pairs, seed)
        self.model: nn.Module = self.network
        codes = self.network.codes
        self.codes = codes.encode(pairs.images)
        again = closeness(codes.decode(codes.encode(held_out.images)), held_out.images)
        print(f"{CONFIG.components} components keep {100 * kept:.1f} % of the variance; codes and back: {again}")

    def loss(self, step: int) -> Tensor:
        """The loss of one step; one text in ten is left out."""
        rng = torch.Generator().manual_seed(self.seed * 9_000_011 + step)
        which = torch.randint(len(self.codes), (self.batch,), generator=rng)
        wording = torch.randint(self.pairs.pooled.shape[1], (self.batch,), generator=rng)
        text, codes = self.pairs.text(which, wording), self.codes[which]
        agreement = self.network.codes.agreement(self.pairs.images[which], text.pooled)
        bare = max(1, self.batch // DROPPED)
        rest = PriorText(text.pooled[bare:], text.sequence[bare:], text.mask[bare:])
        with torch.autocast("cpu", torch.bfloat16):
            without = self.network(codes[:bare], agreement[:bare])
            logits = short_logits(self.network, codes[bare:], agreement[bare:], rest)
        return soft_loss(torch.cat([without, logits]), codes)

    def sample(self, wanted: CodeRun, seed: int) -> Tensor:
        """Embeddings [N, D] for the held-out captions, by the sampler that people use."""
        count = len(self.held_out.images)
        text = lengthened(self.held_out.text(torch.arange(count), torch.zeros(count, dtype=torch.long)))
        slow = AutoregressivePrior(CONFIG)
        slow.load_state_dict(self.network.state_dict())
        return sample_codes(slow.eval(), text, wanted, seeds=[seed + number for number in range(count)])

    def measure(self) -> tuple[float, str]:
        """How near the samples are to the true pictures' embeddings."""
        found = closeness(self.sample(LOOK, 1), self.held_out.images)
        said = f"guidance {LOOK.guidance}, temperature {LOOK.temperature}"
        return found.centred + found.twins, f"held out, {said}: {found}"


def train(state_dir: Path, task: CodesTask, length: Length, init_from: dict[str, Tensor] | None = None) -> None:
    """Train, or go on from the saved state; `init_from`: the shipped network's weights."""
    if init_from:
        task.model.load_state_dict(init_from)
        task.codes = task.network.codes.encode(task.pairs.images)
    run(state_dir / STATE, task, length)


def export(state_dir: Path, path: Path) -> int:
    """Write the best weights in our own layout; returns the file's bytes."""
    best = load_state(state_dir / STATE)["best"]
    metadata = {
        "modelspec.title": "Noiseloom starter autoregressive prior",
        "modelspec.architecture": "noiseloom/autoregressive-prior",
    }
    return write_shipped(compact(best, (*DELICATE, "codes.")), path, metadata)
