"""Tiles against the whole, on a small autoencoder with random weights."""

from itertools import pairwise

import pytest
import torch

from diffusion.exact_tiling import exact_decode, exact_encode
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.tiling import blended, spans, tiles


@pytest.fixture(scope="module")
def autoencoder() -> AutoencoderKL:
    torch.manual_seed(7)
    config = AutoencoderConfig(base_channels=32, level_channels=(32, 64, 64), res_blocks=1, attention_levels=(2,))
    return AutoencoderKL(config).eval().requires_grad_(False)


def test_parts_cover_the_whole_and_share_their_overlap() -> None:
    found = spans(100, 40, 8)
    assert found[0][0] == 0
    assert found[-1] == (60, 100)
    assert all(first[1] - second[0] >= 8 for first, second in pairwise(found))
    assert all(stop - start == 40 for start, stop in found)


def test_a_plane_smaller_than_a_tile_is_one_tile() -> None:
    assert len(tiles(10, 12, 64, 8)) == 1


def test_a_tile_no_larger_than_its_overlap_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        spans(100, 8, 8)


def test_blending_work_that_knows_no_neighbours_gives_the_whole_exactly() -> None:
    plane = torch.randn(2, 3, 37, 50, generator=torch.Generator().manual_seed(1))
    doubled = blended(lambda part: part.repeat_interleave(2, 2).repeat_interleave(2, 3) + 1, plane, 16, 4)
    assert torch.allclose(doubled, plane.repeat_interleave(2, 2).repeat_interleave(2, 3) + 1, atol=1e-6)


@pytest.mark.parametrize("size", [7, 16, 64])
def test_an_exact_decode_equals_the_whole_wherever_the_tiles_are_cut(autoencoder: AutoencoderKL, size: int) -> None:
    latent = torch.randn(2, 4, 13, 18, generator=torch.Generator().manual_seed(2))
    assert torch.allclose(exact_decode(autoencoder, latent, size), autoencoder.decode(latent), atol=2e-5)


def test_an_exact_encode_equals_the_whole(autoencoder: AutoencoderKL) -> None:
    picture = torch.randn(1, 3, 44, 60, generator=torch.Generator().manual_seed(3))
    for tiled, whole in zip(exact_encode(autoencoder, picture, 9), autoencoder.encode(picture), strict=True):
        assert torch.allclose(tiled, whole, atol=2e-5)


def test_blended_tiles_drift_where_exact_ones_do_not(autoencoder: AutoencoderKL) -> None:
    latent = torch.randn(1, 4, 32, 32, generator=torch.Generator().manual_seed(4)) * torch.linspace(0.2, 3, 32)
    whole = autoencoder.decode(latent)
    drift = (blended(autoencoder.decode, latent, 16, 4) - whole).abs().mean()
    exact = (exact_decode(autoencoder, latent, 16) - whole).abs().mean()
    assert exact < drift / 100


def test_progress_is_told_for_every_tile_and_may_stop_the_work() -> None:
    seen: list[tuple[int, int]] = []
    blended(lambda part: part, torch.zeros(1, 1, 32, 32), 16, 0, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
