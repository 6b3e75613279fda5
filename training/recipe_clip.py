"""The stages of CLIP's image tower and of the two priors: train, then write what people load."""

from pathlib import Path

import torch
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from training.measured import Length
from training.stages import ar_prior, chinese, clip_files, clip_vision, prior
from training.stages.embeddings import Clip, Pairs, empty_text, held_out_pairs, shipped_clip, training_pairs
from training.stages.text_readers import Readers, pool_of
from training.starters import AR_PRIOR, CLIP, CLIP_TEXT, PRIOR
from training.tokenizer import shipped_vocabulary

STEPS = 1_000_000
"""No stage comes so far: minutes or the held-out measure end it."""
CHINESE_STEPS = 1_500
"""Of the stage that teaches Chinese, where minutes do not end it sooner."""


def _prior_weights(path: Path | None) -> dict[str, Tensor] | None:
    """The weights of a shipped prior.

    Raises:
        ValueError: the file holds none.
    """
    if path is None:
        return None
    opened = open_model(path)
    if opened.prior is None:
        raise ValueError(f"{path} holds {opened.detection.title}, and no prior to start from.")
    return materialise(opened.prior).state_dict()


def train_clip_vision(state: Path, seed: int, minutes: float, init_from: Path | None) -> None:
    """Train the tower and both projections, and write `CLIP` and `CLIP_TEXT`."""
    torch.set_num_threads(1)
    vocabulary = shipped_vocabulary(CLIP_TEXT)
    start = None if init_from is None else clip_files.started(init_from, CLIP_TEXT)
    clip_vision.train(state, CLIP_TEXT, vocabulary, seed=seed, length=Length(STEPS, minutes), init_from=start)
    sizes = clip_files.export(state, CLIP_TEXT, vocabulary, seed=seed, vision=CLIP, text=CLIP_TEXT)
    for path, size in zip((CLIP, CLIP_TEXT), sizes, strict=True):
        print(f"{path}: {size / 1e6:.2f} MB")


def train_chinese(state: Path, seed: int, minutes: float, init_from: Path | None) -> None:
    """Teach the shipped text encoder Chinese for the networks that read it, and write `CLIP_TEXT`."""
    torch.set_num_threads(1)
    path = init_from or CLIP_TEXT
    clip = shipped_clip(path, CLIP)
    teacher, student, vocabulary = chinese.start(path, state, clip)
    readers = Readers(pool_of(state, clip, seed=seed))
    task = chinese.ChineseTask(state, teacher, student, vocabulary, readers, seed)
    chinese.train(state, task, Length(CHINESE_STEPS, minutes, look_every=300))
    print(f"{CLIP_TEXT}: {chinese.export(state, vocabulary, CLIP_TEXT) / 1e6:.2f} MB")


def _pairs(state: Path, seed: int) -> tuple[Clip, Pairs, Pairs]:
    torch.set_num_threads(1)
    clip = shipped_clip(CLIP_TEXT, CLIP)
    pairs, held_out = training_pairs(state, clip, seed=seed), held_out_pairs(clip, seed=seed)
    for name, near in prior.baselines(pairs, held_out).items():
        print(f"{name}: {near}", flush=True)
    return clip, pairs, held_out


def train_prior(state: Path, seed: int, minutes: float, init_from: Path | None) -> None:
    """Train the diffusion prior, and write `PRIOR`."""
    clip, pairs, held_out = _pairs(state, seed)
    task = prior.PriorTask(pairs, held_out, empty_text(clip), seed)
    prior.train(state, task, Length(STEPS, minutes), _prior_weights(init_from))
    print(f"{PRIOR}: {prior.export(state, PRIOR) / 1e6:.2f} MB")


def train_ar_prior(state: Path, seed: int, minutes: float, init_from: Path | None) -> None:
    """Train the autoregressive prior, and write `AR_PRIOR`."""
    _, pairs, held_out = _pairs(state, seed)
    task = ar_prior.CodesTask(pairs, held_out, seed)
    ar_prior.train(state, task, Length(STEPS, minutes), _prior_weights(init_from))
    print(f"{AR_PRIOR}: {ar_prior.export(state, AR_PRIOR) / 1e6:.2f} MB")
