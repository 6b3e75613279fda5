"""Ask token states outright what a caption says of each of its things: order and binding as a task of their own.

Span corruption rewards guessing the missing words, and a grid of cells is a long way from them. Here each thing is
asked for by its name, or by its colour, in the form in which a UNet's cross-attention and the probe look: one attention
read of the states and linear answers.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.stages.t5_model import IGNORED, WIDTH
from training.world.scene import Description
from training.world.split import roles
from training.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS, RELATIONS, SIZES

PLACES: tuple[str, ...] = (*RELATIONS, "single", "count", "first", "second", "third")
"""Where a thing stands: on its side of the relation, alone, among its like, or in the order of a list."""
OF_A_THING: dict[str, int] = {
    "object": len(OBJECTS),
    "colour": len(COLOURS),
    "size": len(SIZES),
    "number": 3,
    "place": len(PLACES),
}
"""Question about a thing → how many answers there are."""
OF_THE_WHOLE: dict[str, int] = {"first": len(OBJECTS), "background": len(BACKGROUNDS)}
"""Question about a caption → how many answers there are. The first thing is the one above or on the left, or the one
named first."""


@dataclass(frozen=True)
class Questions:
    """Questions about a batch of captions, with their answers.

    Attributes:
        row: which caption is asked [Q].
        about: what the query names [Q]: an object, from `len(OBJECTS)` on a colour, then a question of the whole.
        answers: question → answers [Q]; `IGNORED` where it is not asked.
    """

    row: Tensor
    about: Tensor
    answers: dict[str, Tensor]


def _places(description: Description) -> list[str]:
    if description.arrangement == "list":
        return ["first", "second", "third"][: len(description.things)]
    return roles(description)


def _of_things(description: Description) -> list[tuple[int, dict[str, int]]]:
    """What each query that names one thing alone should be told."""
    number = len(description.things) if description.arrangement == "count" else 1
    told: list[tuple[int, dict[str, int]]] = []
    things = list(zip(description.things, _places(description), strict=True))
    for thing, place in things[:1] if number > 1 else things:
        answers = {
            "object": OBJECTS.index(thing.object),
            "colour": COLOURS.index(thing.colour),
            "size": list(SIZES).index(thing.size),
            "number": number - 1,
            "place": PLACES.index(place),
        }
        # A name or colour that two things share does not say which is meant.
        if number > 1 or sum(other.object == thing.object for other in description.things) == 1:
            told.append((answers["object"], answers))
        if number > 1 or sum(other.colour == thing.colour for other in description.things) == 1:
            told.append((len(OBJECTS) + answers["colour"], answers))
    return told


def _of_the_whole(description: Description) -> list[tuple[int, dict[str, int]]]:
    first = description.things[1 if description.relation in ("below", "right of") else 0]
    answers = {"first": OBJECTS.index(first.object), "background": BACKGROUNDS.index(description.background)}
    queries = len(OBJECTS) + len(COLOURS)
    return [(queries + number, {name: answer}) for number, (name, answer) in enumerate(answers.items())]


def questions_about(descriptions: list[Description]) -> Questions:
    """Every question that has one answer, about every description."""
    rows: list[int] = []
    about: list[int] = []
    names = (*OF_A_THING, *OF_THE_WHOLE)
    answers: dict[str, list[int]] = {name: [] for name in names}
    for row, description in enumerate(descriptions):
        for query, told in (*_of_things(description), *_of_the_whole(description)):
            rows.append(row)
            about.append(query)
            for name in names:
                answers[name].append(told.get(name, IGNORED))
    told = {name: torch.tensor(found) for name, found in answers.items()}
    return Questions(torch.tensor(rows), torch.tensor(about), told)


class QuestionHead(nn.Module):
    """A query for each object, each colour and each question of the whole; one read; linear answers. It is discarded
    after training."""

    def __init__(self) -> None:
        super().__init__()
        self.queries = nn.Embedding(len(OBJECTS) + len(COLOURS) + len(OF_THE_WHOLE), WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.answers = nn.ModuleDict(
            {name: nn.Linear(WIDTH, count) for name, count in (OF_A_THING | OF_THE_WHOLE).items()}
        )

    def forward(self, states: Tensor, questions: Questions) -> dict[str, Tensor]:
        """Map token states [B, T, width] to logits [Q, answers] of each question."""
        # Every query of every caption is read at once: gathering states per question would copy them many times.
        scores = self.queries.weight @ self.key(states).transpose(1, 2) * WIDTH**-0.5
        read = torch.softmax(scores, dim=-1, dtype=scores.dtype) @ self.value(states)
        asked = read[questions.row, questions.about]
        return {name: layer(asked).float() for name, layer in self.answers.items()}


def question_loss(logits: dict[str, Tensor], questions: Questions) -> Tensor:
    """The mean over questions of the cross-entropies of their answers."""
    losses = [
        # A batch may lack a question: summed over none, it is zero and not undefined.
        F.cross_entropy(logits[name], told, ignore_index=IGNORED, reduction="sum")
        / (told != IGNORED).sum().clamp(min=1)
        for name, told in questions.answers.items()
    ]
    return torch.stack(losses).mean()


def answered(logits: dict[str, Tensor], questions: Questions) -> dict[str, float]:
    """Share of right answers to each question, 0 to 1."""
    found: dict[str, float] = {}
    for name, told in questions.answers.items():
        asked = told != IGNORED
        found[name] = float((logits[name].argmax(-1) == told)[asked].float().mean())
    return found
