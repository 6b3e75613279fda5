"""Ask the frozen text encoder's token states for order and binding before a UNet is trained on them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.stages import text_encoder
from training.stages.captioning import encode_captions
from training.stages.text_encoder import TextTraining, draw_batch, evaluate
from training.state import load_state
from training.tokenizer import Vocabulary, build_tokenizer
from training.world.captions import draw_caption
from training.world.captions_zh import draw_caption_zh
from training.world.pool import draw_scenes
from training.world.scene import Description
from training.world.vocabulary import COLOURS, OBJECTS

WANTED = 0.98
Encode = Callable[[list[str]], Tensor]
"""Captions → token states [N, T, width]."""
Say = Callable[[Description, random.Random], str]
"""How descriptions are worded."""


@dataclass(frozen=True)
class Questions:
    """Captions of two different objects in a relation, with two questions each.

    Attributes:
        states: token states [N, T, width].
        first: which object is above or on the left [N].
        object: an object of the caption [N]; colour: the colour it has [N].
    """

    states: Tensor
    first: Tensor
    object: Tensor
    colour: Tensor


def _is_asked(description: Description) -> bool:
    if description.relation is None:
        return False
    one, other = description.things
    return one.object != other.object and one.colour != other.colour


def ask(encode: Encode, say: Say, *, count: int, seed: int, held_out: bool) -> Questions:
    """Word descriptions, encode them and note the answers."""
    rng = random.Random(f"probe {seed} {held_out}")
    drawn = (scene.description for scene in draw_scenes(count * 4, seed, held_out=held_out))
    asked = [description for description in drawn if _is_asked(description)][:count]
    states = encode([say(one, rng) for one in asked])[:, :40].float()
    first = [one.things[0 if one.relation in ("above", "left of") else 1].object for one in asked]
    chosen = [rng.choice(one.things) for one in asked]
    return Questions(
        states,
        torch.tensor([OBJECTS.index(name) for name in first]),
        torch.tensor([OBJECTS.index(thing.object) for thing in chosen]),
        torch.tensor([COLOURS.index(thing.colour) for thing in chosen]),
    )


class AttentionProbe(nn.Module):
    """One attention read of the token states, by a query that may depend on an object, and a linear answer."""

    def __init__(self, width: int, answers: int) -> None:
        super().__init__()
        self.query = nn.Embedding(len(OBJECTS), width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.answer = nn.Linear(width, answers)

    def forward(self, states: Tensor, about: Tensor) -> Tensor:
        """Map states [B, T, width] and objects [B] to logits [B, answers]."""
        scores = torch.einsum("bd,btd->bt", self.query(about), self.key(states)) / states.shape[-1] ** 0.5
        read = torch.einsum("bt,btd->bd", scores.softmax(dim=-1), self.value(states))
        return self.answer(read)


def fit(train: Questions, test: Questions, *, binding: bool, steps: int, seed: int) -> float:
    """Train a probe and return its accuracy on the other captions."""
    torch.manual_seed(seed)

    def asked(data: Questions) -> tuple[Tensor, Tensor]:
        return (data.object, data.colour) if binding else (torch.zeros_like(data.first), data.first)

    probe = AttentionProbe(train.states.shape[-1], len(COLOURS) if binding else len(OBJECTS))
    optimiser = torch.optim.AdamW(probe.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    about, answer = asked(train)
    for _ in range(steps):
        which = torch.randint(len(answer), (128,))
        optimiser.zero_grad()
        F.cross_entropy(probe(train.states[which], about[which]), answer[which]).backward()
        optimiser.step()
        schedule.step()
    about, answer = asked(test)
    with torch.no_grad():
        return float((probe(test.states, about).argmax(-1) == answer).float().mean())


def legible(encode: Encode, say: Say, *, seed: int, steps: int = 500, count: int = 2500) -> dict[str, float]:
    """How well order and binding can be read from the states of held-out captions, 0 to 1.

    Args:
        encode, say: what is asked, and how its captions are worded.
        seed: of captions and probes.
        steps, count: of a probe's training, and how many captions it trains on.
    """
    train = ask(encode, say, count=count, seed=seed + 1, held_out=False)
    test = ask(encode, say, count=500, seed=seed + 2, held_out=True)
    return {
        "order: which object is above or left": fit(train, test, binding=False, steps=steps, seed=seed),
        "binding: which colour an object has": fit(train, test, binding=True, steps=steps, seed=seed),
    }


def legible_in_both(encode: Encode, *, seed: int, steps: int = 500, count: int = 2500) -> dict[str, float]:
    """What `legible` finds in English and in Chinese, the language named before each question."""
    found: dict[str, float] = {}
    for language, say in (("English", draw_caption), ("Chinese", draw_caption_zh)):
        answers = legible(encode, say, seed=seed, steps=steps, count=count)
        found |= {f"{language}, {name}": value for name, value in answers.items()}
    return found


def report(found: dict[str, float]) -> None:
    """Print accuracies."""
    for name, value in found.items():
        print(f"{name}: {100 * value:.1f} %{'' if value >= WANTED else f' (wanted {100 * WANTED:.0f} %)'}", flush=True)


def probe(state_dir: Path, vocabulary: Vocabulary, *, seed: int, steps: int = 500) -> dict[str, float]:
    """Print and return accuracies on held-out captions: order, binding, and telling twins apart."""
    model = TextTraining(vocabulary)
    model.load_state_dict(load_state(state_dir / text_encoder.STATE)["model"])
    model.eval()
    found = legible(partial(encode_captions, model.text, vocabulary), draw_caption, seed=seed, steps=steps)
    batch = draw_batch(100, build_tokenizer(vocabulary), random.Random(f"probe twins {seed}"), held_out=True)
    by_picture, by_caption, _ = evaluate(model, batch)
    found |= {"twins: picture picks its caption": by_picture, "twins: caption picks its picture": by_caption}
    report(found)
    return found
