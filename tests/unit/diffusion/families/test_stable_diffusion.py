"""How Stable Diffusion's versions are conditioned."""

from dataclasses import replace

import pytest
import torch

from diffusion.checkpoints.record import LatentFormat, ModelRecord, NoiseFacts
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import FAMILIES, family_of
from diffusion.networks.micro_conditioning import embed_numbers

LATENT = LatentFormat(channels=4, factor=8, scale=0.5)
RECORD = ModelRecord("sd1", "", "eps", NoiseFacts("scaled_linear"), LATENT, (512, 512))
FRAME = Frame((1, 4, 8, 16), torch.device("cpu"), torch.float32, RECORD)
TEXT = torch.randn(1, 77, 2048, generator=torch.Generator().manual_seed(0))


def joined(kind, **frame):
    return replace(FRAME, record=replace(RECORD, joined=kind), **frame)


def test_an_inpainting_model_reads_the_mask_and_then_the_masked_latent():
    picture, mask = torch.ones(1, 4, 8, 16), torch.zeros(1, 1, 64, 128)
    mask[..., :64] = 1
    options = {"concat_latent_image": picture, "concat_mask": mask}
    concat = FAMILIES["sd1"].condition(Prompt(TEXT, options), joined("inpaint")).extras["concat"]
    assert concat.shape == (1, 5, 8, 16)
    assert concat[:, 0, :, :7].eq(1).all() and concat[:, 0, :, 9:].eq(0).all()
    assert concat[:, 1:].eq(0.5).all()


def test_an_inpainting_model_without_a_picture_repaints_everything():
    concat = FAMILIES["sd1"].condition(Prompt(TEXT), joined("inpaint")).extras["concat"]
    assert concat[:, 0].eq(1).all()
    torch.testing.assert_close(concat[0, 1:, 0, 0], torch.tensor([0.8223, -0.6876, 0.6364, 0.1380]))


def test_an_editing_model_reads_the_latent_unscaled_and_zeros_without_one():
    picture = torch.full((1, 4, 8, 16), 3.0)
    shown = FAMILIES["sd1"].condition(Prompt(TEXT, {"concat_latent_image": picture}), joined("picture"))
    assert torch.equal(shown.extras["concat"], picture)
    assert FAMILIES["sd1"].condition(Prompt(TEXT), joined("picture")).extras["concat"].eq(0).all()


def test_a_depth_map_is_stretched_to_its_own_range_and_must_be_there():
    depth = torch.linspace(3, 9, 128).reshape(1, 8, 16)
    shown = FAMILIES["sd2"].condition(Prompt(TEXT, {"concat_depth": depth}), joined("depth")).extras["concat"]
    assert shown.min() == -1 and shown.max() == 1
    with pytest.raises(ValueError, match="depth map"):
        FAMILIES["sd2"].condition(Prompt(TEXT), joined("depth"))


def test_sdxls_vector_is_the_pooled_text_and_six_sizes_in_order():
    pooled = torch.randn(1, 1280)
    sizes = {"height": 700, "width": 900, "crop_h": 10, "crop_w": 20, "target_height": 512, "target_width": 640}
    y = FAMILIES["sdxl"].condition(Prompt(TEXT, {"pooled_output": pooled, **sizes}), FRAME).y
    expected = embed_numbers(torch.tensor([[700.0, 900, 10, 20, 512, 640]]))
    torch.testing.assert_close(y, torch.cat([pooled, expected], dim=1))
    assert y.shape == (1, 2816)


def test_sdxl_without_sizes_takes_the_pictures_own():
    y = FAMILIES["sdxl"].condition(Prompt(TEXT, {"pooled_output": torch.zeros(1, 1280)}), FRAME).y
    torch.testing.assert_close(y[:, 1280:], embed_numbers(torch.tensor([[64.0, 128, 0, 0, 64, 128]])))


def test_the_refiner_is_told_how_good_the_picture_is_and_reads_the_larger_encoder():
    prompt = Prompt(TEXT, {"pooled_output": torch.zeros(1, 1280), "width": 128, "height": 64})
    good = FAMILIES["sdxl_refiner"].condition(prompt, FRAME)
    bad = FAMILIES["sdxl_refiner"].condition(prompt, replace(FRAME, positive=False))
    assert good.y.shape == (1, 2560) and good.context.shape == (1, 77, 1280)
    torch.testing.assert_close(good.y[:, -256:], embed_numbers(torch.tensor([[6.0]])))
    torch.testing.assert_close(bad.y[:, -256:], embed_numbers(torch.tensor([[2.5]])))


def test_pooled_features_of_another_encoder_are_told_of_plainly():
    with pytest.raises(ValueError, match="1280 wide"):
        FAMILIES["sdxl"].condition(Prompt(TEXT, {"pooled_output": torch.zeros(1, 768)}), FRAME)


def test_a_family_without_habits_is_named():
    with pytest.raises(ValueError, match="'nothing'"):
        family_of("nothing")
