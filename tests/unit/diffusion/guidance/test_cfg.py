"""Classifier-free guidance around a denoiser that is known."""

import torch

from diffusion.conditioning import Conditioning
from diffusion.guidance.cfg import ClassifierFreeGuidance


class Recorder:
    """Denoises to the mean of the conditioning, row by row, and remembers the batches it saw."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, x, sigma, conditioning):
        self.batches.append(x.shape[0])
        return x * 0 + conditioning.context.mean(dim=(1, 2))[:, None, None, None]


def conditioning(value, rows=1, tokens=77):
    return Conditioning(torch.full((rows, tokens, 8), float(value)))


def test_guidance_goes_past_the_positive_by_the_scale():
    out = ClassifierFreeGuidance(Recorder(), conditioning(3), conditioning(1), 4.0)(torch.zeros(2, 4, 2, 2), 1.0)
    assert torch.equal(out, torch.full_like(out, 1 + 4 * (3 - 1)))


def test_both_predictions_come_from_one_forward_pass():
    recorder = Recorder()
    ClassifierFreeGuidance(recorder, conditioning(3), conditioning(1), 4.0)(torch.zeros(2, 4, 2, 2), 1.0)
    assert recorder.batches == [4]


def test_at_scale_one_the_negative_is_not_computed():
    recorder = Recorder()
    out = ClassifierFreeGuidance(recorder, conditioning(3), conditioning(1), 1.0)(torch.zeros(2, 4, 2, 2), 1.0)
    assert recorder.batches == [2]
    assert torch.equal(out, torch.full_like(out, 3))


def test_conditionings_of_different_lengths_take_two_passes_and_give_the_same():
    recorder = Recorder()
    guided = ClassifierFreeGuidance(recorder, conditioning(3, tokens=154), conditioning(1), 4.0)
    assert torch.equal(guided(torch.zeros(1, 4, 2, 2), 1.0), torch.full((1, 4, 2, 2), 9.0))
    assert recorder.batches == [1, 1]


def test_a_row_of_conditioning_per_picture_stays_with_its_picture():
    rows = Conditioning(torch.arange(2.0)[:, None, None].expand(2, 77, 8))
    out = ClassifierFreeGuidance(Recorder(), rows, conditioning(0), 2.0)(torch.zeros(2, 4, 2, 2), 1.0)
    assert out[:, 0, 0, 0].tolist() == [0.0, 2.0]
