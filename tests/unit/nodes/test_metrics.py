"""Measures through a small image encoder with random weights; what the numbers mean is tested with the measures."""

import pytest
import torch

from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.image.clip_pixels import clip_pixels
from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip_vision import ClipVision, ClipVisionConfig
from graph_engine.memory.torch_backend import device_memory
from nodes.metrics import (
    clip_score_node,
    clip_similarity_matrix,
    diversity_meter,
    frechet_distance_node,
    kernel_distance_node,
)
from nodes.sockets import ImageEncoder

TINY = ClipVisionConfig(width=32, mlp_width=64, layers=2, heads=2, patch=8, size=16, projection=12)


class Context:
    """Stands where the engine's context does, with a real memory manager."""

    def __init__(self) -> None:
        self.memory = device_memory("cpu")
        self.told: list[tuple[int, int]] = []

    def check_cancelled(self) -> None: ...

    def progress(self, value: int, total: int) -> None:
        self.told.append((value, total))


@pytest.fixture
def eye() -> ImageEncoder:
    torch.manual_seed(1)
    weights = ClipVision(TINY).state_dict()
    with on_meta():
        network = ClipVision(TINY).eval().requires_grad_(False)
    return ImageEncoder(Weighted(network, StoredWeights(LoadedStore(weights), {name: name for name in weights}), "eye"))


def pictures(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 20, 24, 3, generator=torch.Generator().manual_seed(seed))


def test_a_set_is_no_distance_from_itself_and_some_from_another(eye: ImageEncoder) -> None:
    same = frechet_distance_node(Context(), images=pictures(12), reference=pictures(12), clip_vision=eye)
    dark = frechet_distance_node(Context(), images=pictures(12) * 0.2, reference=pictures(12), clip_vision=eye)
    assert same.values[0] == pytest.approx(0, abs=1e-4)
    assert dark.values[0] > 10 * abs(same.values[0])
    assert "CLIP features" in same.ui["text"][0]
    assert "few" in same.ui["text"][0]


def test_the_kernel_distance_ranks_likewise(eye: ImageEncoder) -> None:
    near = kernel_distance_node(Context(), images=pictures(20), reference=pictures(20, 1), clip_vision=eye)
    far = kernel_distance_node(Context(), images=pictures(20) * 0.2, reference=pictures(20, 1), clip_vision=eye)
    assert far.values[0] > near.values[0]


def test_one_picture_many_times_has_no_diversity(eye: ImageEncoder) -> None:
    same = diversity_meter(Context(), images=pictures(1).repeat(4, 1, 1, 1), clip_vision=eye).values[0]
    assert same == pytest.approx(0, abs=1e-5)
    assert diversity_meter(Context(), images=pictures(4), clip_vision=eye).values[0] > same


def test_without_a_network_to_look_with_the_node_says_which_to_wire() -> None:
    with pytest.raises(ValueError, match="Load Inception"):
        diversity_meter(Context(), images=pictures(2))


def test_a_picture_s_own_embedding_as_the_text_scores_highest(eye: ImageEncoder) -> None:
    context = Context()
    with context.memory.lease(eye.weighted) as network, torch.inference_mode():
        own = network(clip_pixels(pictures(1), TINY.size, crop=True)).embedding
    words = [(torch.zeros(1, 1, 1), {"pooled_output": own})]
    with torch.inference_mode():
        score = clip_score_node(context, images=pictures(1), clip_vision=eye, text=words)
    assert score.values[0] == pytest.approx(2.5, abs=1e-4)
    assert context.told == [(1, 1)]


def test_a_text_without_an_embedding_is_refused_in_words(eye: ImageEncoder) -> None:
    with pytest.raises(ValueError, match="unclip"):
        clip_score_node(Context(), images=pictures(1), clip_vision=eye, text=[(torch.zeros(1, 1, 1), {})])


def test_pictures_whose_texts_are_their_own_embeddings_all_find_them(eye: ImageEncoder) -> None:
    context = Context()
    with context.memory.lease(eye.weighted) as network, torch.inference_mode():
        own = network(clip_pixels(pictures(3), TINY.size, crop=True)).embedding
    words = [(torch.zeros(1, 1, 1), {"pooled_output": row[None]}) for row in own]
    with torch.inference_mode():
        right = clip_similarity_matrix(context, images=pictures(3), clip_vision=eye, texts=words)
        turned = clip_similarity_matrix(context, images=pictures(3), clip_vision=eye, texts=words[1:] + words[:1])
    assert right.values[0] == 1
    assert turned.values[0] == 0
    assert turned.values[1] > right.values[1]
    with pytest.raises(ValueError, match="its own"):
        clip_similarity_matrix(context, images=pictures(3), clip_vision=eye, texts=words[:2])
