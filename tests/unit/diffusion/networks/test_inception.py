"""Against torchvision's Inception v3, from which it differs in its pools only."""

import torch
import torch.nn.functional as F
from torchvision.models.inception import Inception3

from diffusion.networks.inception import FEATURES, InceptionFeatures


def twins() -> tuple[InceptionFeatures, Inception3]:
    torch.manual_seed(3)
    ours = InceptionFeatures().eval()
    theirs = Inception3(num_classes=1008, aux_logits=False, init_weights=False).eval()
    missing = theirs.load_state_dict(ours.state_dict(), strict=False)
    assert not missing.unexpected_keys
    assert all(name.endswith("num_batches_tracked") for name in missing.missing_keys)
    return ours, theirs


def test_it_has_torchvision_s_keys_and_its_features_before_the_blocks_that_pool_differently() -> None:
    ours, theirs = twins()
    picture = torch.rand(1, 3, 299, 299, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        x = theirs.Conv2d_2b_3x3(theirs.Conv2d_2a_3x3(theirs.Conv2d_1a_3x3(picture * 2 - 1)))
        x = theirs.Conv2d_4a_3x3(theirs.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = F.max_pool2d(x, 3, 2)
        # Away from the border, a mean that leaves the border out is the plain mean.
        inner = (slice(None), slice(None), slice(1, -1), slice(1, -1))
        assert torch.allclose(ours._mixed("Mixed_5b", x)[inner], theirs.Mixed_5b(x)[inner], atol=1e-5)
        assert not torch.allclose(ours._mixed("Mixed_5b", x), theirs.Mixed_5b(x), atol=1e-5)


def test_pictures_of_any_size_have_features_of_one_width() -> None:
    ours, _ = twins()
    with torch.no_grad():
        assert ours(torch.rand(2, 3, 40, 64)).shape == (2, FEATURES)


def test_the_last_block_takes_a_maximum() -> None:
    ours, _ = twins()
    with torch.no_grad():
        x = torch.rand(1, 2048, 8, 8)
        pooled = ours.Mixed_7c.branch_pool(F.max_pool2d(x, 3, 1, 1))
        assert torch.allclose(ours._mixed("Mixed_7c", x)[:, -192:], pooled, atol=1e-5)
