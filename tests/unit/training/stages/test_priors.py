"""The priors' training: texts cut where padding begins give the same as whole ones, and files open again."""

import math
from pathlib import Path

import torch

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.autoregressive_prior import AutoregressivePrior
from diffusion.networks.prior import DiffusersPrior
from diffusion.priors.autoregressive import CodeRun, sample_codes
from diffusion.priors.diffusion_prior import PriorRun, sample_prior
from diffusion.priors.published import published_prior
from training.measured import Length
from training.stages import ar_prior, prior
from training.stages.embeddings import Pairs, closeness, held_out_pairs, lengthened, shipped_clip
from training.starters import AR_PRIOR, CLIP, CLIP_TEXT, PRIOR
from training.state import load_state

WIDTH = prior.CONFIG.clip_width


def pairs(count: int, seed: int = 1) -> Pairs:
    rng = torch.Generator().manual_seed(seed)
    states = torch.randn(count, 1, 26, WIDTH, generator=rng).half()
    pooled = torch.randn(count, 1, WIDTH, generator=rng).half()
    words = torch.randint(3, 26, (count, 1), generator=rng)
    return Pairs(states, pooled, words, torch.randn(count, WIDTH, generator=rng))


def test_a_cut_text_gives_the_diffusion_prior_what_the_whole_one_does() -> None:
    task = prior.PriorTask(pairs(64), pairs(4, 2), pairs(1, 3).text(torch.tensor([0]), torch.tensor([0])), 1, 8)
    text = task.pairs.text(torch.arange(4), torch.zeros(4, dtype=torch.long))
    x, time = torch.randn(4, WIDTH), torch.tensor([3, 200, 600, 999])
    whole = lengthened(text)
    with torch.no_grad():
        expected = task.network(x, time, whole.pooled, whole.sequence, whole.mask)
        assert torch.allclose(prior.short_forward(task.network, x, time, text), expected, atol=1e-5)


def test_a_cut_text_gives_the_autoregressive_prior_what_the_whole_one_does() -> None:
    task = ar_prior.CodesTask(pairs(64), pairs(4, 2), 1, 8)
    text = task.pairs.text(torch.arange(4), torch.zeros(4, dtype=torch.long))
    agreement, whole = torch.tensor([0, 3, 9, 31]), lengthened(text)
    slow = AutoregressivePrior(ar_prior.CONFIG)
    slow.load_state_dict(task.network.state_dict())
    with torch.no_grad():
        expected = slow(task.codes[:4], agreement, whole.pooled, whole.sequence, whole.mask)
        found = ar_prior.short_logits(task.network, task.codes[:4], agreement, text)
    assert torch.allclose(found, expected, atol=1e-4)


def test_neighbouring_codes_count_as_nearly_right() -> None:
    codes = torch.tensor([[4]])
    losses = [float(ar_prior.soft_loss(torch.eye(9)[place].view(1, 1, 9) * 8, codes)) for place in (4, 5, 8)]
    assert losses[0] < losses[1] < losses[2]
    assert math.isfinite(losses[2])


def test_closeness_knows_an_embedding_from_its_twins() -> None:
    images = torch.randn(16, WIDTH, generator=torch.Generator().manual_seed(1))
    assert closeness(images, images).twins == 1.0
    assert closeness(images.roll(1, dims=0), images).twins < 0.5


def test_both_priors_train_and_their_files_open(tmp_path: Path) -> None:
    data, held_out = pairs(64), pairs(4, 2)
    empty = pairs(1, 3).text(torch.tensor([0]), torch.tensor([0]))
    prior.train(tmp_path, prior.PriorTask(data, held_out, empty, 1, 8), Length(2))
    ar_prior.train(tmp_path, ar_prior.CodesTask(data, held_out, 1, 8), Length(2))
    sizes = (
        prior.export(tmp_path, tmp_path / "prior.safetensors"),
        ar_prior.export(tmp_path, tmp_path / "ar.safetensors"),
    )
    assert max(sizes) <= 1_650_000
    for name, kind, state in (("prior", DiffusersPrior, prior.STATE), ("ar", AutoregressivePrior, ar_prior.STATE)):
        opened = open_model(tmp_path / f"{name}.safetensors").prior
        assert opened is not None
        network = materialise(opened)
        assert isinstance(network, kind)
        for key, tensor in load_state(tmp_path / state)["best"].items():
            assert torch.allclose(network.state_dict()[key], tensor, atol=0.02, rtol=0.07), key


def test_both_shipped_priors_come_nearer_to_the_true_picture_than_its_caption_does() -> None:
    clip = shipped_clip(CLIP_TEXT, CLIP)
    held_out = held_out_pairs(clip, seed=11, groups=8)
    count = len(held_out.images)
    text = lengthened(held_out.text(torch.arange(count), torch.zeros(count, dtype=torch.long)))
    opened = [open_model(path).prior for path in (PRIOR, AR_PRIOR)]
    diffusion, codes = (materialise(one) for one in opened if one is not None)
    assert isinstance(codes, AutoregressivePrior)
    ready, seeds = published_prior(diffusion), list(range(count))
    run = PriorRun(steps=6, guidance=1.0)
    made = {
        "diffusion": sample_prior(ready.network, text, None, run, seeds=seeds, finish=ready.finish),
        "codes": sample_codes(codes, text, CodeRun(guidance=1.0, temperature=0.0), seeds=seeds),
    }
    without = closeness(text.pooled, held_out.images)
    for name, embeddings in made.items():
        assert closeness(embeddings, held_out.images).centred > without.centred + 0.015, name
