"""The frozen networks that read CLIP's text, as functions of what it says: what must not change for them.

Whether two texts say the same is asked of those who read them: the order of tokens is free for cross-attention, and
states that differ may mean the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.autoregressive_prior import AutoregressivePrior
from diffusion.networks.prior import DiffusersPrior
from diffusion.priors.diffusion_prior import PriorText
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas
from training.quick_kernels import quicken
from training.stages import pixel_model, pixels, unet, unet_model
from training.stages.ar_prior import short_logits
from training.stages.embeddings import Clip, see_scenes
from training.stages.latents import SCALE_FACTOR
from training.stages.prior import short_forward
from training.stages.text_reads import Reads, noted
from training.starters import AR_PRIOR, PRIOR, SD, UNCLIP_DECODER
from training.state import load_state, save_state
from training.world.pool import draw_scenes, render_all, to_unit_range
from training.world.scene import Description

POOL = "text-readers.pt"
SCENES, HELD_OUT = 2_000, 64
PIXELS_WEIGHT, LATENTS_WEIGHT = 6.0, 50.0
"""Where weights of times end, as in the training of both networks."""


@dataclass(frozen=True)
class Pool:
    """Scenes as the readers know them.

    Attributes:
        descriptions: of N scenes, the last `HELD_OUT` of them held out, the others of training.
        latents: scaled [N, 4, 16, 16]; pictures: uint8 [N, 3, 64, 64]; embeddings: by CLIP's image encoder [N, D].
    """

    descriptions: list[Description]
    latents: Tensor
    pictures: Tensor
    embeddings: Tensor

    def held_out(self) -> Tensor:
        """Places of the held-out scenes."""
        return torch.arange(SCENES, len(self.descriptions))


@torch.no_grad()
def pool_of(state_dir: Path, clip: Clip, *, seed: int) -> Pool:
    """Paint and encode the first scenes of a stream, once for a stage folder."""
    scenes = draw_scenes(SCENES, seed, held_out=False) + draw_scenes(HELD_OUT, seed, held_out=True)
    path = state_dir / POOL
    if not path.is_file():
        opened = open_model(SD).autoencoder
        assert opened is not None
        autoencoder = materialise(opened.weighted)
        latents: list[Tensor] = []
        pictures: list[Tensor] = []
        for start in range(0, len(scenes), 50):
            painted = render_all(scenes[start : start + 50])
            with torch.autocast("cpu", torch.bfloat16):
                means = autoencoder.encode(to_unit_range(painted))[0]
            latents.append((means.float() * SCALE_FACTOR).half())
            pictures.append(pixels.small(painted))
        made = {"latents": torch.cat(latents), "pictures": torch.cat(pictures), "embeddings": see_scenes(clip, scenes)}
        save_state(path, made)
    return Pool([scene.description for scene in scenes], **load_state(path))


@dataclass(frozen=True)
class Told:
    """What a text encoder says of captions: token states [B, 77, D], projected embeddings [B, D], and how many tokens
    count, the end included [B]."""

    states: Tensor
    embeddings: Tensor
    words: Tensor

    def for_priors(self, length: int) -> PriorText:
        """The same, cut where padding begins."""
        mask = torch.arange(length) < self.words[:, None]
        return PriorText(self.embeddings, self.states[:, :length], mask)


def _network(path: Path, kind: type[nn.Module]) -> nn.Module:
    prior = open_model(path).prior
    network = None if prior is None else materialise(prior)
    if not isinstance(network, kind):
        raise ValueError(f"{path} holds no {kind.__name__}; train it first: `python -m training`")
    quicken(network)
    return network.requires_grad_(False)


class Readers:
    """The diffusion network of `starter-sd`, unCLIP's decoder and both priors, frozen."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.unet = unet.build()
        self.unet.load_state_dict(pixel_model.weights_of(SD))
        self.decoder = pixel_model.build(embedding_width=pool.embeddings.shape[1])
        self.decoder.load_state_dict(pixel_model.weights_of(UNCLIP_DECODER))
        for network in (self.unet, self.decoder):
            network.requires_grad_(False).eval()
        prior, codes = _network(PRIOR, DiffusersPrior), _network(AR_PRIOR, AutoregressivePrior)
        assert isinstance(prior, DiffusersPrior) and isinstance(codes, AutoregressivePrior)
        self.prior, self.codes = prior, codes
        self._latent_kept, self._pixel_kept = unet_model.kept_signal(), pixel_model.kept_signal()
        self._prior_kept = cumulative_alphas(cosine_betas()).float()

    def latents(self, told: Tensor, same: Tensor, which: Tensor, rng: torch.Generator) -> Tensor:
        """How differently the UNet of `starter-sd` predicts noise for `told` and for `same` [B, 77, D], rows [B].

        Args:
            told: states whose gradient is wanted.
            same: states of the same scenes that it should read alike.
            which: places in the pool [B].
            rng: draws times and noise.
        """
        clean = self.pool.latents[which].float()
        time = unet.draw_times(len(clean), rng)
        weight = (1 / self._latent_kept[time]).clamp(max=LATENTS_WEIGHT)
        noisy = _noisy(clean, self._latent_kept[time], rng)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                wanted = self.unet(noisy, time, same)
            found = self.unet(noisy, time, told)
        return _distance(found, wanted) * weight

    def pixels(self, told: Tensor, same: Tensor, which: Tensor, rng: torch.Generator) -> Tensor:
        """The same of unCLIP's decoder, which sees the scene's image embedding in half of the rows."""
        clean = self.pool.pictures[which].float() / 127.5 - 1
        time = pixels.draw_times(len(clean), rng)
        weight = (1 / (1 - self._pixel_kept[time])).clamp(max=PIXELS_WEIGHT)
        noisy = _noisy(clean, self._pixel_kept[time], rng)
        seen = self.pool.embeddings[which] * (torch.rand(len(clean), generator=rng) < 0.5)[:, None]
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                wanted = self.decoder(noisy, time, same, seen)
            found = self.decoder(noisy, time, told, seen)
        return _distance(found, wanted) * weight

    def priors(self, told: PriorText, same: PriorText, which: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """How differently the diffusion prior predicts the embedding, and the other one its codes; means over rows."""
        images = self.pool.embeddings[which]
        time = torch.randint(len(self._prior_kept), (len(which),), generator=rng)
        clean = (images - self.prior.clip_mean) / self.prior.clip_std
        noisy = _noisy(clean, self._prior_kept[time], rng)
        codes = self.codes.codes.encode(images)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                agreement = self.codes.codes.agreement(images, same.pooled)
                wanted = short_forward(self.prior, noisy, time, same)
                likely = F.softmax(short_logits(self.codes, codes, agreement, same).float(), dim=-1)
            found = short_forward(self.prior, noisy, time, told)
            logits = short_logits(self.codes, codes, agreement, told)
        surprise = F.kl_div(F.log_softmax(logits.float(), dim=-1), likely, reduction="none").sum(-1)
        return (found.float() - wanted.float()).square().mean(), surprise.mean()


@torch.no_grad()
def reads_of(readers: Readers, state_dir: Path, states: Callable[[Tensor], Tensor], empty: Tensor) -> list[Reads]:
    """What both diffusion networks look up in captions of the pool's scenes.

    Args:
        readers: with the pool.
        state_dir: where notes are kept.
        states: scenes [B] → token states of a caption of each [B, 77, D].
        empty: states of none [1, 77, D].
    """
    pool, decoder = readers.pool, readers.decoder
    rng = torch.Generator().manual_seed(3)
    seen = pool.embeddings * (torch.rand(len(pool.embeddings), generator=rng) < 0.5)[:, None]
    assert decoder.image_tokens is not None
    tokens = decoder.image_tokens(seen).unflatten(1, (-1, empty.shape[-1]))
    none = tokens[:, :0]

    def look_at_latents(which: Tensor) -> None:
        time = unet.draw_times(len(which), rng)
        kept = unet_model.kept_signal()[time]
        with torch.autocast("cpu", torch.bfloat16):
            readers.unet(_noisy(pool.latents[which].float(), kept, rng), time, states(which))

    def look_at_pixels(which: Tensor) -> None:
        time = pixels.draw_times(len(which), rng)
        noisy = _noisy(pool.pictures[which].float() / 127.5 - 1, pixel_model.kept_signal()[time], rng)
        with torch.autocast("cpu", torch.bfloat16):
            decoder(noisy, time, states(which), seen[which])

    some = states(torch.arange(min(64, len(pool.descriptions))))
    return [
        noted(state_dir / "reads-latents.pt", readers.unet, look_at_latents, none, some, empty),
        noted(state_dir / "reads-pixels.pt", decoder, look_at_pixels, tokens, some, empty),
    ]


def _noisy(clean: Tensor, kept: Tensor, rng: torch.Generator) -> Tensor:
    share = kept.view(-1, *[1] * (clean.ndim - 1))
    mixed = share.sqrt() * clean + (1 - share).sqrt() * torch.randn(clean.shape, generator=rng)
    return mixed.contiguous(memory_format=torch.channels_last) if clean.ndim == 4 else mixed


def _distance(found: Tensor, wanted: Tensor) -> Tensor:
    return (found.float() - wanted.float()).square().mean(dim=(1, 2, 3))


@torch.no_grad()
def painted(readers: Readers, autoencoder: AutoencoderKL, states: Tensor, empty: Tensor, steps: int) -> Tensor:
    """Latents [B, 4, 16, 16] that `starter-sd` makes of states, decoded: pixels [B, 3, 128, 128] in -1..1."""
    latents = unet_model.sample(readers.unet, states, empty, steps=steps, guidance=4.0, seed=1)
    with torch.autocast("cpu", torch.bfloat16):
        return torch.cat([autoencoder.decode(part / SCALE_FACTOR).float() for part in latents.split(12)])
