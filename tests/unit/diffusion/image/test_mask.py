import pytest
import torch

from diffusion.image.mask import COMBINATIONS, feather, gaussian_blur, grow, paste


def spot(size: int = 9) -> torch.Tensor:
    mask = torch.zeros(1, size, size)
    mask[0, size // 2, size // 2] = 1
    return mask


def test_a_spot_grows_to_a_diamond_or_to_a_square() -> None:
    assert grow(spot(), 2).sum() == 13
    assert grow(spot(), 2, round_corners=False).sum() == 25


def test_shrinking_undoes_growing_of_a_square() -> None:
    assert torch.equal(grow(grow(spot(), 3, round_corners=False), -3, round_corners=False), spot())


def test_feathering_fades_at_the_edges_that_were_asked_for_only() -> None:
    faded = feather(torch.ones(1, 4, 8), left=4, top=0, right=0, bottom=0)
    assert faded[0, 0].tolist() == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]


def test_a_blur_keeps_the_mean_of_a_spot_far_from_the_edges() -> None:
    blurred = gaussian_blur(spot(31).unsqueeze(1), 6, 2.0)
    assert blurred.sum().item() == pytest.approx(1, abs=1e-5)
    assert blurred.max() < 0.1


def test_pasting_beyond_an_edge_is_cut_off_and_leaves_the_rest_bit_for_bit() -> None:
    below = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    above = torch.ones(1, 3, 4, 4)
    pasted = paste(below, above, -2, 6)
    assert torch.equal(pasted[:, :, 6:, :2], torch.ones(2, 3, 2, 2))
    pasted[:, :, 6:, :2] = below[:, :, 6:, :2]
    assert torch.equal(pasted, below)
    assert torch.equal(paste(below, above, 20, 20), below)


def test_pasting_through_a_mask_blends() -> None:
    pasted = paste(torch.zeros(1, 1, 2, 2), torch.ones(1, 1, 2, 2), 0, 0, torch.tensor([[[0.0, 0.5], [1.0, 0.0]]]))
    assert pasted[0, 0].tolist() == [[0.0, 0.5], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("name", "expected"), [("and", [0, 0, 1]), ("or", [0, 1, 1]), ("xor", [0, 1, 0]), ("subtract", [0, 1, 0])]
)
def test_masks_combine_as_their_operation_says(name: str, expected: list[int]) -> None:
    first, second = torch.tensor([0.0, 1.0, 1.0]), torch.tensor([0.0, 0.0, 1.0])
    assert COMBINATIONS[name](first, second).tolist() == expected
