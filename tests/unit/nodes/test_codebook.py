"""Codes of a small autoencoder with random weights."""

import pytest
import torch

from diffusion.checkpoints.record import LatentFormat
from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.blueprint import on_meta
from diffusion.networks.vq import AutoencoderVQ, VQConfig
from nodes.autoencoding import decode
from nodes.codebook import codebook_inspector, vq_decode, vq_encode
from nodes.sockets import AutoencoderModel
from tests.unit.nodes.test_metrics import Context, pictures

BODY = AutoencoderConfig(
    base_channels=32, level_channels=(32, 32, 32), res_blocks=1, latent_channels=3, embedding_channels=3
)


def autoencoder(make) -> AutoencoderModel:
    torch.manual_seed(0)
    weights = make().state_dict()
    with on_meta():
        network = make().eval().requires_grad_(False)
    source = StoredWeights(LoadedStore(weights), {name: name for name in weights})
    return AutoencoderModel(Weighted(network, source, "tiny"), LatentFormat(channels=3, factor=4), "vq")


@pytest.fixture
def book() -> AutoencoderModel:
    return autoencoder(lambda: AutoencoderVQ(VQConfig(BODY, codes=16, code_width=3)))


@torch.inference_mode()
def test_codes_are_those_that_decoding_a_latent_takes(book: AutoencoderModel) -> None:
    context, images = Context(), pictures(2)[:, :16, :24]
    codes = vq_encode(context, pixels=images, vae=book)
    assert codes.shape == (2, 4, 6)
    with context.memory.lease(book.weighted) as network:
        latent = network.encode(images.permute(0, 3, 1, 2) * 2 - 1)
        nearest = torch.cdist(latent.movedim(1, -1).reshape(-1, 3), network.quantize.embedding.weight).argmin(dim=1)
    assert torch.equal(codes.flatten(), nearest)
    torch.testing.assert_close(vq_decode(context, codes=codes, vae=book), decode(context, book, latent))


@torch.inference_mode()
def test_the_inspector_counts_what_is_used(book: AutoencoderModel) -> None:
    codes = torch.tensor([[[0, 0], [3, 3]]])
    told = codebook_inspector(Context(), codes=codes, vae=book)
    assert told.values == (16, 2, pytest.approx(2.0))
    assert "2 × 2 codes" in told.ui["text"][0]
    uneven = codebook_inspector(Context(), codes=torch.tensor([[[0, 0], [0, 3]]]), vae=book)
    assert uneven.values[2] < 2


def test_codes_of_another_codebook_and_an_autoencoder_without_one_are_refused(book: AutoencoderModel) -> None:
    with pytest.raises(ValueError, match="0 to 15"):
        vq_decode(Context(), codes=torch.tensor([[[16]]]), vae=book)
    plain = autoencoder(lambda: AutoencoderKL(BODY))
    with pytest.raises(ValueError, match="no codebook"):
        vq_encode(Context(), pixels=pictures(1), vae=plain)
