"""What upsampling stages read beside the noisy picture: grown, noised, and told."""

import pytest
import torch

from diffusion.checkpoints.record import PIXELS, LatentFormat, ModelRecord, NoiseFacts
from diffusion.families.adm import GuidedDiffusion
from diffusion.families.deepfloyd import DeepFloyd
from diffusion.families.family import Frame, Prompt
from diffusion.families.glide import Glide
from diffusion.families.ldm import LatentDiffusion
from diffusion.families.x4_upscaler import X4Upscaler
from diffusion.processes.table import betas_for
from diffusion.schedules.forward import cumulative_alphas


def frame(joined, size=(2, 3, 8, 8), noise="cosine", width=None, latent=None, mask=None, seed=3):
    facts = NoiseFacts(noise, 1e-4, 0.02)
    record = ModelRecord("x", "The model", "eps", facts, PIXELS, (8, 8), context_width=width, joined=joined)
    return Frame(size, torch.device("cpu"), torch.float32, record, True, latent, mask, seed)


SMALL = torch.linspace(-1, 1, 3 * 4 * 4).reshape(1, 3, 4, 4)
TEXT = torch.zeros(1, 5, 16)


def test_noise_on_the_small_picture_has_the_variance_of_its_level():
    flat = torch.zeros(1, 3, 64, 64)
    prompt = Prompt(TEXT, {"concat_image": flat, "noise_augmentation": 0.5})
    steering = DeepFloyd().condition(prompt, frame("low_res", (1, 3, 64, 64)))
    kept = cumulative_alphas(betas_for(NoiseFacts("cosine")))[500]
    assert steering.extras["level"].tolist() == [500]
    assert steering.extras["concat"].std().item() == pytest.approx((1 - kept.item()) ** 0.5, rel=0.02)


def test_each_picture_of_a_batch_has_the_noise_it_has_alone():
    prompt = Prompt(TEXT, {"concat_image": SMALL, "noise_augmentation": 0.25})
    both = DeepFloyd().condition(prompt, frame("low_res", seed=3)).extras["concat"]
    alone = DeepFloyd().condition(prompt, frame("low_res", (1, 3, 8, 8), seed=4)).extras["concat"]
    torch.testing.assert_close(both[1:], alone)


def test_positive_and_negative_read_the_same_noisy_picture():
    prompt = Prompt(TEXT, {"concat_image": SMALL, "noise_augmentation": 0.25})
    first, second = (DeepFloyd().condition(prompt, frame("low_res")).extras["concat"] for _ in range(2))
    torch.testing.assert_close(first, second)


def test_deepfloyd_keeps_corners_in_the_corners_and_glide_does_not():
    prompt = Prompt(TEXT, {"concat_image": SMALL, "pooled_output": torch.zeros(1, 4)})
    theirs = Glide().condition(prompt, frame("low_res", width=16)).extras["concat"]
    corners = torch.nn.functional.interpolate(SMALL, (8, 8), mode="bilinear", align_corners=False)
    torch.testing.assert_close(theirs, corners)


def test_glide_is_shown_what_is_kept_and_a_mask_of_ones_there():
    picture, mask = torch.full((1, 3, 8, 8), 0.5), torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1  # the left half is repainted
    prompt = Prompt(TEXT, {"pooled_output": torch.zeros(1, 4)})
    shown = Glide().condition(prompt, frame("inpaint", width=16, latent=picture, mask=mask)).extras["concat"]
    assert shown.shape == (1, 4, 8, 8)
    assert shown[0, :3, :, :4].abs().max() == 0
    assert shown[0, :3, :, 4:].unique().tolist() == [0.5]
    assert shown[0, 3, :, :4].max() == 0
    assert shown[0, 3, :, 4:].min() == 1


def test_glide_upsampling_and_repairing_reads_the_kept_picture_before_the_small_one():
    prompt = Prompt(TEXT, {"pooled_output": torch.zeros(1, 4), "concat_image": SMALL})
    shown = Glide().condition(prompt, frame("low_res_inpaint", width=16)).extras["concat"]
    assert shown.shape == (1, 7, 8, 8)
    assert shown[:, :4].abs().max() == 0


def test_the_x4_upscaler_is_told_the_noise_as_a_class_up_to_350():
    prompt = Prompt(TEXT, {"concat_image": SMALL, "noise_augmentation": 1.0})
    steering = X4Upscaler().condition(prompt, frame("low_res", (1, 4, 4, 4), noise="scaled_linear"))
    assert steering.y.tolist() == [350]
    assert steering.y.dtype == torch.int64
    assert steering.extras["concat"].shape == (1, 3, 4, 4)


def test_a_stage_without_its_small_picture_says_where_to_get_one():
    for family in (DeepFloyd(), GuidedDiffusion()):
        with pytest.raises(ValueError, match="enlarges a small picture and none was given"):
            family.condition(Prompt(TEXT), frame("low_res"))


def test_deepfloyd_refuses_the_features_of_another_encoder():
    with pytest.raises(ValueError, match="T5"):
        DeepFloyd().condition(Prompt(TEXT), frame(None, width=4096))


def test_latent_diffusion_inpaints_with_the_latent_first_and_a_mask_in_minus_one_to_one():
    record = ModelRecord("ldm", "LDM", "eps", NoiseFacts("scaled_linear"), LatentFormat(3, 4), (8, 8), joined="inpaint")
    where = Frame((1, 3, 4, 4), torch.device("cpu"), torch.float32, record)
    mask = torch.zeros(1, 16, 16)
    mask[:, :8] = 1
    options = {"concat_latent_image": torch.full((1, 3, 4, 4), 0.25), "concat_mask": mask}
    shown = LatentDiffusion().condition(Prompt(TEXT, options), where).extras["concat"]
    assert shown[0, :3].unique().tolist() == [0.25]
    assert shown[0, 3, :2].unique().tolist() == [1.0]
    assert shown[0, 3, 2:].unique().tolist() == [-1.0]
