"""How Stable Diffusion 3 is conditioned."""

import pytest
import torch

from diffusion.checkpoints.record import LatentFormat, ModelRecord, NoiseFacts
from diffusion.families.family import Frame, Prompt
from diffusion.families.sd3 import StableDiffusion3

RECORD = ModelRecord(
    "sd3", "Stable Diffusion 3", "flow", NoiseFacts("flow"), LatentFormat(16, 8), (1024, 1024), context_width=4096
)
FRAME = Frame((1, 16, 8, 8), torch.device("cpu"), torch.float32, RECORD)


def test_tokens_and_pooled_features_go_to_the_network():
    made = StableDiffusion3().condition(Prompt(torch.ones(1, 154, 4096), {"pooled_output": torch.ones(1, 2048)}), FRAME)
    assert made.context is not None and made.context.shape == (1, 154, 4096)
    assert made.y is not None and made.y.sum() == 2048


def test_without_pooled_features_zeros_stand_in():
    made = StableDiffusion3().condition(Prompt(torch.ones(1, 77, 4096)), FRAME)
    assert made.y is not None and made.y.shape == (1, 2048)
    assert made.y.count_nonzero() == 0


def test_features_of_another_model_are_refused_in_words():
    with pytest.raises(ValueError, match=r"4096 wide, and the prompt's are 768 wide"):
        StableDiffusion3().condition(Prompt(torch.ones(1, 77, 768)), FRAME)
