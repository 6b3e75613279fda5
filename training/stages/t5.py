"""Train the T5 encoder on captions in two languages: span corruption, questions, and grounding in where things are.

All three from the first step, as T5's multi-task mixture has it (Raffel et al. 2020, section 3.5.2).
"""

import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.muon import Optimiser
from training.parallel import Team
from training.pieces import SENTINELS, Pieces, train_pieces
from training.stages.probe import legible_in_both
from training.stages.questions import QuestionHead, Questions, answered, question_loss, questions_about
from training.stages.t5_model import END_ID, IGNORED, LENGTH, Decoder, build_encoder, corrupt, filled, read_encoder
from training.stages.text_encoder import draw_group
from training.stages.text_model import GroundingHead, grounding_loss
from training.state import Budget, load_state, save_state
from training.world.coverage import coverage
from training.world.languages import draw_any_caption
from training.world.scene import Scene, draw_description, place
from training.world.split import is_held_out

STATE = "t5.pt"
OUTER = (
    "shared", "embed.", "head.", "positions", "relative_attention_bias", "queries", ".objects", ".colours", ".answers.",
)  # fmt: skip
LEARNING_RATE = 1e-3
TEXTS = 32
"""Texts of a step whose spans are cut out."""
GROUPS = 16
"""Groups of hard twins of a step that are asked."""
GROUNDED = 4
"""Of so many captions one is grounded as well, which takes longer than to ask all of them."""
PROBE_EVERY = 300.0
"""Seconds between probes of the states."""


@dataclass(frozen=True)
class Told:
    """Captions with what they say.

    Attributes:
        ids: token ids [B, T].
        questions: about them.
        objects, colours: shares of each cell for the first captions, [A, 64, 13] and [A, 64, 12], A ≤ B.
    """

    ids: Tensor
    questions: Questions
    objects: Tensor
    colours: Tensor


class T5Training(nn.Module):
    """The encoder with everything that is discarded after its training."""

    def __init__(self, pieces: Pieces) -> None:
        super().__init__()
        self.encoder = build_encoder(len(pieces))
        self.decoder = Decoder(len(pieces))
        self.grounding = GroundingHead(depth=1)
        self.asking = QuestionHead()

    def corruption(self, ids: Tensor, target: Tensor) -> Tensor:
        """The loss of span corruption."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.decoder(self.encoder(ids), target)

    def understood(self, told: Told) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """The losses of answering the questions and of saying what is in each cell, and the answers' logits."""
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(told.ids)
            cells = self.grounding(states[: len(told.objects)])
            answers = self.asking(states, told.questions)
        asked = question_loss(answers, told.questions)
        return asked, grounding_loss(cells, told.objects, told.colours), answers


def encode(tokenizer: Tokenizer, caption: str) -> list[int]:
    """Ids of a caption without the end token, cut to what samplers hand over."""
    return list(tokenizer.encode(caption, add_special_tokens=False).ids[: LENGTH - 1])


def _length(rng: random.Random, longest: int) -> int:
    """Padding is read like words, so the encoder must know the samplers' length as well as short ones."""
    return LENGTH if rng.random() < 0.3 else longest + rng.choice((0, 0, 4, 12))


def draw_texts(count: int, tokenizer: Tokenizer, pieces: Pieces, rng: random.Random) -> tuple[Tensor, Tensor]:
    """Corrupted texts and their spans. Half have two wordings of one scene, often in two languages; of a third of
    those the whole second wording is cut out."""
    rows: list[list[int]] = []
    targets: list[list[int]] = []
    while len(rows) < count:
        description = draw_description(rng)
        if is_held_out(description):
            continue
        first = encode(tokenizer, draw_any_caption(description, rng))
        second = [END_ID, *encode(tokenizer, draw_any_caption(description, rng))] if rng.random() < 0.5 else []
        whole = len(second) - 1 if second and rng.random() < 0.35 else 0
        left, target = corrupt([*first, *second], pieces, rng, share=0.25, last=whole)
        if sum(token >= len(pieces) - SENTINELS for token in target) < SENTINELS:
            rows.append(left)
            targets.append(target)
    length = _length(rng, max(map(len, rows)))
    return filled(rows, length), filled(targets, max(map(len, targets)), IGNORED)


def draw_told(groups: int, tokenizer: Tokenizer, rng: random.Random, *, held_out: bool) -> Told:
    """Captions of scenes and their hard twins, with all that is asked of them."""
    scenes: list[Scene] = [place(twin, rng) for _ in range(groups) for twin in draw_group(rng, held_out=held_out)]
    shares = [coverage(scene) for scene in scenes[: -(-len(scenes) // GROUNDED)]]
    rows = [[*encode(tokenizer, draw_any_caption(scene.description, rng)), END_ID] for scene in scenes]
    objects, colours = (torch.stack([torch.from_numpy(share[part]) for share in shares]) for part in (0, 1))
    questions = questions_about([scene.description for scene in scenes])
    return Told(filled(rows, _length(rng, max(map(len, rows)))), questions, objects, colours)


def pieces_of(state_dir: Path, seed: int) -> Pieces:
    """The vocabulary of this state folder, learnt on first use."""
    path = state_dir / "pieces.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(train_pieces(seed).to_json())
    return Pieces.from_json(path.read_text())


def finished(state_dir: Path, pieces: Pieces) -> T5Training:
    """The trained stage."""
    model = T5Training(pieces)
    model.load_state_dict(load_state(state_dir / STATE)["model"])
    return model.eval()


@torch.no_grad()
def encode_captions(model: T5Training, tokenizer: Tokenizer, captions: list[str]) -> Tensor:
    """Token states [N, 77, width] in half precision, as samplers get them."""
    rows = [filled([[*encode(tokenizer, caption), END_ID]], LENGTH) for caption in captions]
    return torch.cat([model.encoder(ids).half() for ids in torch.cat(rows).split(64)])


@torch.no_grad()
def _on_held_out(model: T5Training, texts: tuple[Tensor, Tensor], told: Told) -> str:
    model.eval()
    asked, cells, answers = model.understood(told)
    line = f"held-out spans {model.corruption(*texts):.4f}, questions {asked:.4f}, grounding {cells:.4f}; right: "
    model.train()
    right = answered(answers, told.questions)
    return line + ", ".join(f"{name} {100 * share:.1f} %" for name, share in right.items())


class _Run:
    """A stage under way: what it trains, how far it is, and where its state lies."""

    def __init__(self, state_dir: Path, pieces: Pieces, team: Team, budget: Budget, seed: int) -> None:
        torch.manual_seed(seed)
        self.path, self.pieces, self.team, self.seed = state_dir / STATE, pieces, team, seed
        self.tokenizer = pieces.build()
        self.model = T5Training(pieces)
        self.optimiser = Optimiser(self.model, lr=LEARNING_RATE, outer=OUTER)
        self.budget = budget
        if self.path.is_file():
            state = load_state(self.path)
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.budget = Budget(budget.steps, budget.minutes, state["step"], state["seconds"])
        self.probed = self.budget.seconds
        rng = random.Random(f"t5 held out {seed}")
        told = draw_told(24, self.tokenizer, rng, held_out=True)
        self.held_out = draw_texts(96, self.tokenizer, pieces, rng), told

    def save(self) -> None:
        """Write the state and say how it does on held-out scenes."""
        if not self.team.leads:
            return
        state = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        save_state(self.path, state | {"step": self.budget.step, "seconds": self.budget.seconds})
        said = _on_held_out(self.model, *self.held_out)
        self.team.say(f"step {self.budget.step}, {self.budget.seconds:.0f} s: {said}")

    def probe(self) -> None:
        """Say how well a short probe reads the states; the others wait at the next step."""
        if not self.team.leads:
            return
        self.model.eval()
        # A probe draws its own numbers: an interrupted stage should end the same whether it was probed or not.
        with torch.random.fork_rng(devices=[]):
            encode = partial(encode_captions, self.model, self.tokenizer)
            found = legible_in_both(encode, seed=self.seed, steps=200, count=1000)
        self.model.train()
        self.team.say("probe: " + ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.items()))

    def step(self, progress: float, texts: int, groups: int) -> float:
        """Take a step; returns the progress after it."""
        budget, size = self.budget, self.team.size
        rng = random.Random(f"t5 {self.seed} {budget.step} {self.team.rank}")
        share = min(1.0, (budget.step + 1) / 60) * max(0.02, min(1.0, 1.4 * (1 - progress)))
        self.optimiser.set_share(share)
        self.optimiser.zero_grad()
        spans = self.model.corruption(*draw_texts(max(1, texts // size), self.tokenizer, self.pieces, rng))
        told = draw_told(max(1, groups // size), self.tokenizer, rng, held_out=False)
        asked, cells, _ = self.model.understood(told)
        (spans + asked + cells).backward()
        budget.step += 1
        progress = self.team.average(self.model.parameters(), budget.progress)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        if budget.step % 50 == 0:
            line = f"spans {spans.item():.4f} questions {asked.item():.4f} cells {cells.item():.4f} rate {share:.2f}"
            self.team.say(f"step {budget.step} {budget.seconds:.0f} s {line}")
        return progress


def train(
    state_dir: Path,
    pieces: Pieces,
    team: Team,
    *,
    steps: int,
    minutes: float,
    seed: int,
    init: Path | None = None,
    texts: int = TEXTS,
    groups: int = GROUPS,
    pause_at: int | None = None,
) -> None:
    """Train, or go on from the saved state.

    Args:
        state_dir: folder of states.
        pieces: the vocabulary.
        team: who trains together.
        steps, minutes: the budget; schedules follow whichever ends first.
        seed: of data and weights.
        init: start from this shipped encoder instead of from nothing.
        texts, groups: of a step.
        pause_at: save and stop at a step, as an interruption would.
    """
    run = _Run(state_dir, pieces, team, Budget(steps, minutes), seed)
    if init is not None and run.budget.step == 0:
        run.model.encoder.load_state_dict(read_encoder(init))
    team.say(f"T5: {sum(p.numel() for p in run.model.encoder.parameters()) / 1e6:.2f} M parameters")
    progress = run.budget.progress
    while progress < 1 and run.budget.step != pause_at:
        progress = run.step(progress, texts, groups)
        if run.budget.step % 300 == 0:
            run.save()
        if run.budget.seconds - run.probed > PROBE_EVERY:
            run.probe()
            run.probed = run.budget.seconds  # after it: a probe on a busy machine may outlast the pause between two
    run.save()
