"""The diffusion prior's run, and the published priors as it takes them."""

import pytest
import torch

from diffusion.networks.lucidrains_prior import LucidrainsPrior, LucidrainsPriorConfig
from diffusion.networks.prior import DiffusersPrior, KarloPrior, PriorConfig
from diffusion.priors.diffusion_prior import PriorRun, PriorText, prior_chain, sample_prior
from diffusion.priors.published import EmbeddingStatistics, published_prior
from diffusion.schedules.cosine import cosine_betas
from diffusion.schedules.forward import cumulative_alphas, noised

TINY = PriorConfig(width=64, layers=2, heads=2, clip_width=8, text_length=5)


def text_of(rows=1, seed=0):
    generator = torch.Generator().manual_seed(seed)
    mask = torch.tensor([[True, True, True, False, False]]).expand(rows, -1)
    return PriorText(torch.randn(rows, 8, generator=generator), torch.randn(rows, 5, 8, generator=generator), mask)


def says(embedding):
    return lambda x, timesteps, text: embedding.expand(len(x), -1)


def shaken(network):
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network.eval()


def test_noise_on_an_embedding_has_the_mean_and_variance_of_the_closed_form():
    clean, noise = torch.full((20_000, 1), 3.0), torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    kept = cumulative_alphas(cosine_betas())
    x = noised(clean, noise, kept, torch.full((20_000,), 400))
    assert x.mean().item() == pytest.approx(3 * kept[400].sqrt().item(), abs=0.02)
    assert x.var().item() == pytest.approx(1 - kept[400].item(), rel=0.03)


def test_the_run_ends_in_what_the_network_says_last():
    embedding = torch.arange(8.0)[None] / 4
    made = sample_prior(says(embedding), text_of(), text_of(), PriorRun(steps=5), seeds=[1, 2])
    torch.testing.assert_close(made, embedding.expand(2, -1), atol=1e-5, rtol=1e-5)


def test_predictions_are_cut_to_the_limit():
    made = sample_prior(says(torch.full((1, 8), 40.0)), text_of(), text_of(), PriorRun(steps=3), seeds=[1])
    torch.testing.assert_close(made, torch.full((1, 8), 5.0))


def test_guidance_goes_from_the_second_text_past_the_first():
    def network(x, timesteps, text):
        return text.pooled

    first, second = text_of(seed=1), text_of(seed=2)
    made = sample_prior(network, first, second, PriorRun(2, 3.0, None), seeds=[0])
    torch.testing.assert_close(made, second.pooled + 3 * (first.pooled - second.pooled), atol=1e-5, rtol=1e-4)
    alone = sample_prior(network, first, None, PriorRun(2, 1.0, None), seeds=[0])
    torch.testing.assert_close(alone, first.pooled, atol=1e-5, rtol=1e-4)


def test_a_row_of_a_batch_is_the_one_made_alone():
    network = published_prior(shaken(DiffusersPrior(TINY))).network
    both = sample_prior(network, text_of(), text_of(seed=9), PriorRun(steps=4), seeds=[7, 8])
    alone = sample_prior(network, text_of(), text_of(seed=9), PriorRun(steps=4), seeds=[8])
    torch.testing.assert_close(both[1:], alone, atol=1e-5, rtol=1e-4)
    assert not torch.allclose(both[0], both[1])


def test_of_two_candidates_the_one_nearer_to_the_text_is_kept():
    def network(x, timesteps, text):
        return x.sign()

    text = text_of()
    seeds = list(range(6))
    one, two = (sample_prior(network, text, None, PriorRun(2, 1.0, candidates=count), seeds=seeds) for count in (1, 2))
    fit_one, fit_two = ((made * text.pooled).sum(dim=-1) for made in (one, two))
    assert (fit_two >= fit_one - 1e-5).all()
    assert (fit_two > fit_one + 1e-3).any()


def test_steps_are_told_as_they_are_done():
    seen = []
    run = PriorRun(steps=3, candidates=2)
    sample_prior(says(torch.ones(1, 8)), text_of(), text_of(), run, seeds=[0], told=lambda *done: seen.append(done))
    assert seen == [(step, 6) for step in range(1, 7)]


@pytest.mark.parametrize("steps", [0, 1001])
def test_a_number_of_steps_out_of_range_is_refused(steps):
    with pytest.raises(ValueError, match="1 to 1000"):
        prior_chain(steps)


def test_the_chain_keeps_the_first_and_the_last_timestep():
    assert prior_chain(25).timesteps[[0, -1]].tolist() == [0, 999]


def test_karlos_own_file_needs_its_statistics():
    network = shaken(KarloPrior(TINY))
    with pytest.raises(ValueError, match=r"ViT-L-14_stats"):
        published_prior(network)
    ready = published_prior(network, EmbeddingStatistics(torch.full((1, 8), 2.0), torch.full((1, 8), 3.0)))
    torch.testing.assert_close(ready.finish(torch.ones(1, 8)), torch.full((1, 8), 5.0))
    assert ready.run.limit == 10


def test_diffusers_file_has_its_statistics_inside():
    network = DiffusersPrior(TINY)
    with torch.no_grad():
        network.clip_mean.fill_(2)
        network.clip_std.fill_(3)
    torch.testing.assert_close(published_prior(network).finish(torch.ones(1, 8)), torch.full((1, 8), 5.0))


def test_guidance_without_a_second_text_is_refused_where_nothing_was_learned():
    ready = published_prior(shaken(DiffusersPrior(TINY)))
    with pytest.raises(ValueError, match="second text"):
        sample_prior(ready.network, text_of(), None, ready.run, seeds=[0])


def test_lucidrains_prior_guides_away_from_what_it_learned_no_text_is():
    config = LucidrainsPriorConfig(width=8, layers=1, heads=2, head_width=4, hidden=16, text_length=5, rotary_pairs=2)
    ready = published_prior(shaken(LucidrainsPrior(config)))
    run = PriorRun(3, 3.0, None)
    made = sample_prior(ready.network, text_of(), None, run, seeds=[0], finish=ready.finish)
    longer = PriorText(text_of().pooled * 5, text_of().sequence, text_of().mask)
    # It reads text embeddings of length 1: a longer one is the same text.
    torch.testing.assert_close(
        made, sample_prior(ready.network, longer, None, run, seeds=[0], finish=ready.finish), atol=1e-5, rtol=1e-4
    )
    torch.testing.assert_close(ready.finish(torch.ones(1, 8)), torch.full((1, 8), 8**-0.5))


def test_a_prior_looks_only_backwards():
    network = shaken(KarloPrior(TINY))
    text = text_of()
    seen = {}
    network.final_ln.register_forward_hook(lambda module, inputs, output: seen.setdefault(len(seen), inputs[0]))
    network.transformer.register_forward_hook(lambda module, inputs, output: seen.setdefault(len(seen), output))
    with torch.inference_mode():
        for x in (torch.zeros(1, 8), torch.ones(1, 8)):
            network(x, torch.tensor([5]), text.pooled, text.sequence, text.mask)
    before, after = seen[0], seen[2]
    # The noisy embedding stands second to last: what is before it does not see it, it and the query do.
    torch.testing.assert_close(before[:, :-2], after[:, :-2])
    assert not torch.allclose(before[:, -1], after[:, -1])
