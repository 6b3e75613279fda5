"""Questions about captions have the answers that descriptions give, and ask only what has one answer."""

from dataclasses import replace

import pytest
import torch

from training.stages.questions import OF_A_THING, PLACES, QuestionHead, answered, question_loss, questions_about
from training.stages.t5_model import IGNORED, WIDTH
from training.world.captions import parse_caption
from training.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS, SIZES


def told(caption: str) -> dict[str, dict[str, object]]:
    """What is told of each thing that is asked for, and of the whole, in words."""
    words = {
        "object": OBJECTS,
        "colour": COLOURS,
        "size": tuple(SIZES),
        "number": (1, 2, 3),
        "place": PLACES,
        "first": OBJECTS,
        "background": BACKGROUNDS,
    }
    asked = (*OBJECTS, *COLOURS, "the first", "the background")
    questions = questions_about([parse_caption(caption)])
    return {
        asked[about]: {
            name: words[name][answers[row]] for name, answers in questions.answers.items() if answers[row] != IGNORED
        }
        for row, about in enumerate(questions.about)
    }


def test_each_thing_is_asked_for_by_its_name_and_by_its_colour() -> None:
    found = told("a small red circle below a blue square on a pink background")
    circle = {"object": "circle", "colour": "red", "size": "small", "number": 1, "place": "below"}
    square = {"object": "square", "colour": "blue", "size": "medium", "number": 1, "place": "above"}
    assert found == {
        "circle": circle,
        "red": circle,
        "square": square,
        "blue": square,
        "the first": {"first": "square"},
        "the background": {"background": "pink"},
    }


def test_a_name_that_two_things_share_is_not_asked() -> None:
    found = told("a red circle, a blue circle and a red star on a white background")
    assert set(found) == {"blue", "star", "the first", "the background"}
    assert found["blue"]["place"] == "second" and found["star"]["place"] == "third"


def test_things_of_one_kind_are_counted() -> None:
    found = told("three green hearts on a white background")
    assert found["heart"] == found["green"]
    assert found["heart"]["number"] == 3 and found["heart"]["place"] == "count"


@pytest.mark.parametrize("relation", ["above", "below", "left of", "right of"])
def test_a_relation_told_from_the_other_side_has_the_same_answers(relation: str) -> None:
    description = parse_caption(f"a red circle {relation} a blue square on a white background")
    one, other = questions_about([description]), questions_about([description.mirrored()])
    order, turned = one.about.argsort(), other.about.argsort()
    for name, answers in one.answers.items():
        assert torch.equal(answers[order], other.answers[name][turned]), name


def test_each_answer_is_read_from_the_states_of_its_own_caption() -> None:
    torch.manual_seed(0)
    first = parse_caption("a red circle above a blue square on a white background")
    questions = questions_about([first, replace(first, relation="left of")])
    head = QuestionHead()
    states = torch.randn(2, 9, WIDTH)
    before = head(states, questions)
    states[1] += 1.0
    after = head(states, questions)
    for name in before:
        same = (before[name] == after[name]).all(dim=-1)
        assert torch.equal(same, questions.row == 0), name


def test_what_is_not_asked_costs_nothing_and_right_answers_cost_little() -> None:
    # Two things of one name and colour: nothing of a thing is asked.
    questions = questions_about([parse_caption("a red star above a red star on a white background")])
    logits = QuestionHead()(torch.randn(1, 5, WIDTH), questions)
    assert all(bool((questions.answers[name] == IGNORED).all()) for name in OF_A_THING)
    assert torch.isfinite(question_loss(logits, questions))
    for name, answers in questions.answers.items():
        logits[name] = 50.0 * torch.nn.functional.one_hot(answers.clamp(min=0), logits[name].shape[1])
    assert question_loss(logits, questions) < 1e-6
    assert answered(logits, questions)["first"] == 1.0
