"""Image embeddings as codes, and the prior that says them one by one."""

import pytest
import torch

from diffusion.checkpoints.keys.autoregressive_prior import (
    autoregressive_prior_config_from_shapes,
    save_autoregressive_prior,
)
from diffusion.networks.autoregressive_prior import AutoregressivePrior, AutoregressivePriorConfig, ImageCodes
from diffusion.priors.autoregressive import CodeRun, sample_codes
from diffusion.priors.diffusion_prior import PriorText
from diffusion.priors.image_codes import fit_image_codes, round_trip_bound

CONFIG = AutoregressivePriorConfig(
    width=16, layers=2, heads=1, clip_width=8, text_length=5, components=4, buckets=16, agreements=6
)


def embeddings(count, seed=0):
    """Spread along few directions, as CLIP's are."""
    generator = torch.Generator().manual_seed(seed)
    turn = torch.linalg.qr(torch.randn(8, 8, generator=generator)).Q
    spread = torch.tensor([4.0, 2.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0])
    return torch.randn(count, 8, generator=generator) * spread @ turn + 3


@pytest.fixture
def network():
    torch.manual_seed(0)
    made = AutoregressivePrior(CONFIG).eval()
    with torch.no_grad():
        made.positions.normal_(std=0.5)
        made.no_text.normal_()
    fit_image_codes(made.codes, embeddings(400), embeddings(400, 1))
    return made


@pytest.fixture
def text():
    torch.manual_seed(3)
    mask = torch.tensor([[True, True, True, False, False], [True] * 5])
    return PriorText(torch.randn(2, 8), torch.randn(2, 5, 8), mask)


def test_coding_and_decoding_ends_within_half_a_bucket_along_each_axis():
    codes = ImageCodes(CONFIG)
    images = embeddings(400)
    held = fit_image_codes(codes, images, embeddings(400, 1))
    # The four directions that are kept hold all there is.
    assert held == pytest.approx(1)
    distance = (codes.decode(codes.encode(images)) - images).norm(dim=-1)
    assert distance.max() <= round_trip_bound(codes) * (1 + 1e-4)
    assert distance.mean() > round_trip_bound(codes) / 10


def test_components_come_with_the_largest_spread_first():
    codes = ImageCodes(CONFIG)
    fit_image_codes(codes, embeddings(400), embeddings(400, 1))
    widths = codes.high - codes.low
    assert widths.tolist() == sorted(widths.tolist(), reverse=True)


def test_agreements_are_equally_frequent():
    codes = ImageCodes(CONFIG)
    images, texts = embeddings(600), embeddings(600, 1)
    fit_image_codes(codes, images, texts)
    assert torch.bincount(codes.agreement(images, texts), minlength=6).tolist() == pytest.approx([100] * 6, abs=1)


def test_too_few_pictures_cannot_be_fitted():
    with pytest.raises(ValueError, match="more than 4 pictures"):
        fit_image_codes(ImageCodes(CONFIG), embeddings(4), embeddings(4, 1))


def test_codes_said_one_by_one_from_the_cache_are_those_said_at_once(network, text):
    codes = torch.randint(16, (2, 4))
    agreement = torch.tensor([1, 5])
    with torch.inference_mode():
        whole = network(codes, agreement, text.pooled, text.sequence, text.mask)
        logits, cache = network.begin(agreement, text.pooled, text.sequence, text.mask)
        steps = [logits, *(network.go_on(codes[:, number], cache) for number in range(3))]
    torch.testing.assert_close(torch.stack(steps, dim=1), whole, atol=1e-5, rtol=1e-5)


def test_a_code_depends_only_on_those_before_it(network, text):
    codes = torch.zeros(2, 4, dtype=torch.long)
    changed = codes.clone()
    changed[:, 2] = 7
    agreement = torch.zeros(2, dtype=torch.long)
    with torch.inference_mode():
        first = network(codes, agreement, text.pooled, text.sequence, text.mask)
        second = network(changed, agreement, text.pooled, text.sequence, text.mask)
    torch.testing.assert_close(first[:, :3], second[:, :3])
    assert not torch.allclose(first[:, 3], second[:, 3])


def test_padding_does_not_change_the_codes(network, text):
    other = text.sequence.clone()
    other[0, 3:] += 9
    agreement = torch.zeros(2, dtype=torch.long)
    with torch.inference_mode():
        first, _ = network.begin(agreement, text.pooled, text.sequence, text.mask)
        second, _ = network.begin(agreement, text.pooled, other, text.mask)
    torch.testing.assert_close(first, second)


def test_a_row_of_a_batch_is_the_one_drawn_alone(network, text):
    both = sample_codes(network, text, CodeRun(), seeds=[5, 6])
    row = PriorText(text.pooled[1:], text.sequence[1:], text.mask[1:])
    torch.testing.assert_close(sample_codes(network, row, CodeRun(), seeds=[6]), both[1:])


def test_guidance_of_one_is_the_text_alone_and_another_is_not(network, text):
    run = CodeRun(guidance=1, temperature=0, agreement=0.9)
    plain = sample_codes(network, text, run, seeds=[0, 0])
    with torch.no_grad():
        network.no_text.add_(5)
    torch.testing.assert_close(sample_codes(network, text, run, seeds=[0, 0]), plain)
    strong = sample_codes(network, text, CodeRun(guidance=8, temperature=0, agreement=0.9), seeds=[0, 0])
    assert not torch.allclose(strong, plain)


def test_a_saved_prior_is_read_back_whole(network, tmp_path):
    from safetensors.torch import load_file

    path = tmp_path / "prior.safetensors"
    save_autoregressive_prior(network, path)
    tensors = load_file(path)
    config = autoregressive_prior_config_from_shapes({name: tuple(t.shape) for name, t in tensors.items()})
    assert config == CONFIG
    again = AutoregressivePrior(config).eval()
    again.load_state_dict(tensors)
    codes, agreement = torch.zeros(1, 4, dtype=torch.long), torch.zeros(1, dtype=torch.long)
    torch.testing.assert_close(again(codes, agreement), network(codes, agreement))
