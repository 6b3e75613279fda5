import pytest
import torch

from nodes.latents_arrange import (
    latent_batch,
    latent_blend,
    latent_composite,
    latent_composite_masked,
    latent_crop,
    latent_from_batch,
    latent_rotate,
    latent_upscale,
    latent_upscale_by,
    repeat_latent_batch,
)


def latent(batch: int = 1, channels: int = 4, rows: int = 8, columns: int = 8) -> dict:
    cells = torch.randn(batch, channels, rows, columns, generator=torch.Generator().manual_seed(4))
    return {"samples": cells}


def test_sizes_are_in_pixels_of_the_picture() -> None:
    assert latent_upscale(samples=latent(), width=128, height=0)["samples"].shape == (1, 4, 16, 16)
    assert latent_upscale(samples={**latent(), "factor": 1}, width=16, height=24)["samples"].shape == (1, 4, 24, 16)
    assert latent_crop(samples=latent(), width=32, height=16, x=48)["samples"].shape == (1, 4, 2, 2)


def test_a_factor_rounds_to_whole_cells() -> None:
    assert latent_upscale_by(samples=latent(), scale_by=1.3)["samples"].shape == (1, 4, 10, 10)


def test_a_picked_latent_keeps_its_number_in_the_batch() -> None:
    picked = latent_from_batch(samples=latent(4), batch_index=2, length=2)
    assert picked["batch_index"] == [2, 3]
    assert torch.equal(picked["samples"], latent(4)["samples"][2:])


def test_each_repetition_gets_noise_of_its_own() -> None:
    repeated = repeat_latent_batch(samples=latent(2), amount=3)
    assert repeated["batch_index"] == [0, 1, 2, 3, 4, 5]
    assert len(repeated["samples"]) == 6


def test_a_mask_follows_the_latents_it_belongs_to() -> None:
    masked = {**latent(3), "noise_mask": torch.arange(3.0).reshape(3, 1, 1)}
    assert latent_from_batch(samples=masked, batch_index=1, length=1)["noise_mask"].flatten().tolist() == [1.0]
    assert repeat_latent_batch(samples=masked, amount=2)["noise_mask"].flatten().tolist() == [0, 1, 2, 0, 1, 2]


def test_joined_batches_take_the_size_of_the_first() -> None:
    joined = latent_batch(samples1=latent(1), samples2=latent(2, rows=4, columns=4))
    assert joined["samples"].shape == (3, 4, 8, 8)
    assert joined["batch_index"] == [0, 0, 1]


def test_laying_over_blends_at_inner_edges_only() -> None:
    below, above = {"samples": torch.zeros(1, 4, 8, 8)}, {"samples": torch.ones(1, 4, 4, 8)}
    laid = latent_composite(samples_to=below, samples_from=above, y=32, feather=16)["samples"]
    assert laid[0, 0, :4].max() == 0
    assert laid[0, 0, 4, 0] == pytest.approx(0.5)
    assert laid[0, 0, 6:].min() == 1


def test_a_mask_of_the_picture_says_where_a_latent_shows() -> None:
    mask = torch.zeros(1, 64, 64)
    mask[:, :, 32:] = 1
    laid = latent_composite_masked(
        destination={"samples": torch.zeros(1, 4, 8, 8)}, source={"samples": torch.ones(1, 4, 8, 8)}, mask=mask
    )["samples"]
    assert laid[..., :4].max() == 0
    assert laid[..., 4:].min() == 1


def test_latents_of_different_models_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="16"):
        latent_blend(samples1=latent(), samples2=latent(channels=16))


def test_four_turns_change_nothing() -> None:
    turned = latent(rows=4)
    for _ in range(4):
        turned = latent_rotate(samples=turned, rotation="90 degrees")
    assert torch.equal(turned["samples"], latent(rows=4)["samples"])
