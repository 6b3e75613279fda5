"""Ways between CLIP embeddings."""

import pytest
import torch

from diffusion.priors.embedding_space import best_matches, modality_gap, spherical, text_difference, unit


def test_the_way_between_embeddings_of_one_length_keeps_it():
    torch.manual_seed(0)
    first, second = unit(torch.randn(3, 16)) * 4, unit(torch.randn(3, 16)) * 4
    for share in (0.0, 0.3, 0.5, 1.0):
        torch.testing.assert_close(spherical(first, second, share).norm(dim=-1), torch.full((3,), 4.0))


def test_the_way_begins_and_ends_where_it_should():
    first, second = torch.tensor([[3.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    torch.testing.assert_close(spherical(first, second, 0), first)
    torch.testing.assert_close(spherical(first, second, 1), second, atol=1e-6, rtol=0)
    half = spherical(first, second, 0.5)
    torch.testing.assert_close(half, torch.full((1, 2), 2 / 2**0.5))


def test_nearly_equal_embeddings_have_a_way_between_them():
    first = torch.tensor([[1.0, 0.0]])
    torch.testing.assert_close(spherical(first, first + 1e-9, 0.5), first)


def test_opposite_embeddings_have_no_one_way_between_them():
    with pytest.raises(ValueError, match="opposite"):
        spherical(torch.tensor([[1.0, 0.0]]), torch.tensor([[-1.0, 0.0]]), 0.5)


def test_a_text_difference_moves_the_image_towards_the_new_text_and_away_from_the_old():
    torch.manual_seed(1)
    image, before, after = torch.randn(1, 32), torch.randn(1, 32), torch.randn(1, 32)
    moved = text_difference(image, after, before, 0.4)
    torch.testing.assert_close(moved.norm(), image.norm())
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(moved, after) > cosine(image, after)
    assert cosine(moved, before) < cosine(image, before)
    torch.testing.assert_close(text_difference(image, after, before, 0), image)


def test_equal_texts_make_no_difference_to_go_towards():
    with pytest.raises(ValueError, match="same"):
        text_difference(torch.ones(1, 4), torch.ones(1, 4), torch.ones(1, 4), 0.3)


def test_the_gap_is_the_distance_of_the_means_of_unit_vectors():
    images = torch.tensor([[2.0, 0.0], [5.0, 0.0]])
    texts = torch.tensor([[0.0, 1.0], [0.0, 3.0]])
    gap, similar = modality_gap(images, texts)
    assert gap == pytest.approx(2**0.5)
    assert similar == pytest.approx(0)


def test_pictures_are_ranked_by_how_well_they_fit_the_text():
    images = torch.tensor([[0.0, 1.0], [10.0, 10.0], [1.0, 0.0]])
    assert best_matches(images, torch.tensor([[1.0, 0.0]]), 2).tolist() == [2, 1]
    assert best_matches(images, torch.tensor([[1.0, 0.0]]), 9).tolist() == [2, 1, 0]
