"""What the 64-pixel networks are shown: pictures with fresh wordings of what is on them."""

import pytest
import torch
from torch import Tensor

from training.stages.pixel_model import build, kept_signal
from training.stages.pixels import IMAGEN, PixelSet, loss_of
from training.world.languages import draw_any_caption, read_caption
from training.world.pool import draw_scenes
from training.world.scene import Description

WIDTH = 192


class Encoder:
    """States that count the captions it was given, and remember them."""

    def __init__(self) -> None:
        self.captions: list[str] = []

    def __call__(self, captions: list[str]) -> Tensor:
        self.captions += captions
        return torch.arange(1.0, len(captions) + 1)[:, None, None].expand(-1, 77, WIDTH)


def shown(count: int = 8) -> tuple[PixelSet, Encoder]:
    scenes = draw_scenes(count, 3, held_out=False)
    pictures = torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8)
    encoder = Encoder()
    descriptions = [scene.description for scene in scenes]
    return PixelSet(pictures, descriptions, encoder, draw_any_caption, torch.zeros(1, 77, WIDTH)), encoder


def test_words_are_those_of_the_pictures_and_some_rows_have_none() -> None:
    data, encoder = shown()
    which, textless = torch.tensor([5, 2, 7]), torch.tensor([False, True, False])
    states = data.context(which, textless, torch.Generator().manual_seed(1))
    assert states[:, 0, 0].tolist() == [1.0, 0.0, 2.0]

    def sides(description: Description) -> set[Description]:
        return {description} if description.relation is None else {description, description.mirrored()}

    for caption, index in zip(encoder.captions, (5, 7), strict=True):
        assert read_caption(caption) in sides(data.descriptions[index])


def test_a_picture_is_worded_anew_each_time_and_the_same_from_the_same_seed() -> None:
    data, encoder = shown()
    which, told = torch.zeros(12, dtype=torch.long), torch.zeros(12, dtype=torch.bool)
    for seed in (1, 1, 2):
        data.context(which, told, torch.Generator().manual_seed(seed))
    first, again, other = (encoder.captions[at : at + 12] for at in (0, 12, 24))
    assert first == again != other
    assert len(set(first)) > 1


@pytest.mark.parametrize("textless", [0.0, 1.0])
def test_a_step_teaches_the_reading_of_words(textless: float) -> None:
    from dataclasses import replace

    data, _ = shown()
    torch.manual_seed(0)
    model = build(context_width=WIDTH)
    goal = replace(IMAGEN, textless=textless)
    loss = loss_of(model, data, goal, 2, torch.Generator().manual_seed(1), kept_signal())
    loss.backward()
    read = [p.grad for name, p in model.named_parameters() if name.endswith("attn2.to_k.weight")]
    assert torch.isfinite(loss) and read
    # No words are the zero states here: the keys of zero have no gradient.
    assert any(grad is not None and bool(grad.any()) for grad in read) == (textless == 0.0)
