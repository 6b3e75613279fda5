"""The UNet on patches: what it reads, and that its files open as what they are."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.networks.patched_unet import PatchedUNet, patch_of
from diffusion.networks.unet import UNetConfig


def tiny(*, inputs=48, context=32, embedding=0, level_width=0, patch=4):
    torch.manual_seed(0)
    out = 3 * patch**2
    config = UNetConfig(
        in_channels=inputs, out_channels=out, model_channels=32, level_channels=(32, 32), res_blocks=(1, 1),
        transformer_depth=(1, 1) if context else (0, 0), middle_depth=1 if context else 0, context_width=context,
        heads=8,
        label="vector" if embedding or level_width else "none", label_size=embedding or level_width,
    )  # fmt: skip
    return PatchedUNet(config, image_tokens=2 if embedding else 0).eval().requires_grad_(False)


def opened(network, path, metadata=None):
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, path, metadata=metadata)
    return open_model(path)


def test_it_predicts_a_picture_of_the_size_it_was_given():
    made = tiny()(torch.randn(2, 3, 32, 48), torch.tensor([3, 900]), torch.randn(2, 5, 32))
    assert made.shape == (2, 3, 32, 48)


def test_a_patch_has_three_colours_and_is_square():
    assert [patch_of(channels) for channels in (3, 12, 48, 192)] == [1, 2, 4, 8]
    with pytest.raises(ValueError, match="square patch"):
        patch_of(24)


def test_a_base_model_opens_as_one_that_predicts_the_picture_from_text(tmp_path):
    found = opened(tiny(), tmp_path / "base.safetensors", {"modelspec.resolution": "64x64"})
    record = found.record
    assert found.detection.family == "patched"
    assert (record.prediction, record.resolution, record.context_width) == ("x0", (64, 64), 32)
    assert record.joined is None and record.embedding_width is None
    assert found.report.missing == found.report.unknown == ()


def test_a_decoder_opens_with_the_width_of_the_embedding_it_reads(tmp_path):
    network = tiny(embedding=16)
    found = opened(network, tmp_path / "decoder.safetensors")
    assert found.record.embedding_width == 16
    x, time, text, y = torch.randn(1, 3, 16, 16), torch.tensor([500]), torch.randn(1, 5, 32), torch.randn(1, 16)
    assert torch.allclose(materialise(found.denoiser)(x, time, text, y), network(x, time, text, y), atol=1e-5)


def test_an_upsampler_opens_as_one_that_reads_a_small_picture_and_is_told_its_noise(tmp_path):
    network = tiny(inputs=96, context=0, level_width=32)
    record = opened(network, tmp_path / "up.safetensors", {"modelspec.resolution": "256x256"}).record
    assert (record.joined, record.resolution, record.context_width) == ("low_res", (256, 256), None)
    frame = Frame((1, 3, 16, 16), torch.device("cpu"), torch.float32, record)
    family = family_of(record.family)
    made = []
    for noise in (0.0, 0.5):
        options = {"concat_image": torch.zeros(1, 3, 4, 4), "noise_augmentation": noise}
        steering = family.condition(Prompt(torch.zeros(1, 5, 32), options), frame)
        x = torch.cat([torch.zeros(1, 3, 16, 16), torch.zeros(1, 3, 16, 16)], dim=1)
        made.append(family.call(network, x, torch.tensor([500]), steering))
    assert not torch.allclose(made[0], made[1])


def test_a_decoder_without_an_embedding_is_given_zeros_as_in_training(tmp_path):
    record = opened(tiny(embedding=16), tmp_path / "decoder.safetensors").record
    frame = Frame((2, 3, 16, 16), torch.device("cpu"), torch.float32, record)
    steering = family_of("patched").condition(Prompt(torch.zeros(1, 5, 32)), frame)
    assert torch.equal(steering.y, torch.zeros(2, 16))


def test_text_of_another_width_is_refused_with_both_widths(tmp_path):
    record = opened(tiny(), tmp_path / "base.safetensors").record
    frame = Frame((1, 3, 16, 16), torch.device("cpu"), torch.float32, record)
    with pytest.raises(ValueError, match=r"32 wide.*768 wide"):
        family_of("patched").condition(Prompt(torch.zeros(1, 5, 768)), frame)
