"""Teach the shipped CLIP text encoder Chinese, for the networks that read it and stay as they are.

Distillation (Hinton et al. 2015): the teacher is the encoder as it was, reading English. The student keeps what the
teacher says in English, and says in Chinese what means the same: to the shared space, by its embedding; to the frozen
diffusion networks and priors, by what they predict from its states.
"""

import random
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor
from torch.func import functional_call

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.clip import ClipTextConfig
from diffusion.networks.clip_projection import ClipTextWithProjection
from training.chinese_words import grown, with_chinese
from training.compact import compact, shipped_values
from training.grader.grading import grade, shares
from training.measured import Length, run
from training.quick_kernels import quicken
from training.ship import write_shipped
from training.stages import text_readers
from training.stages.embeddings import Clip
from training.stages.export import PUBLISHED_TEXT_ROOT, text_metadata
from training.stages.sheet import pictures_of, sheet
from training.stages.text_encoder import SHORT
from training.stages.text_readers import Readers, Told, painted, reads_of
from training.starters import SD
from training.state import load_state, save_state
from training.tokenizer import COMMON_ENGLISH, EOS, LENGTH, Vocabulary, build_tokenizer, encode
from training.world.captions import draw_caption, plain_caption
from training.world.captions_zh import draw_caption_zh, parse_caption_zh, plain_caption_zh
from training.world.scene import Description

STATE, TEACHER = "chinese.pt", "chinese-teacher.pt"
TABLE = "transformer.embeddings.token_embedding.weight"
ENGLISH, CHINESE = 12, 24
"""Captions of a step in each language."""
SHOWN = 24
KEEP, EMBED, PAD, PRIORS = 8.0, 1.0, 1.0, 0.5
"""Weights beside the diffusion networks': of English states, of embeddings, of states of padding, and of the priors."""


class Teacher:
    """The encoder as it was; it reads English."""

    def __init__(self, network: ClipTextWithProjection, vocabulary: Vocabulary) -> None:
        self.network, self.vocabulary = network.requires_grad_(False), vocabulary
        self.tokenizer, self.end = build_tokenizer(vocabulary), vocabulary.vocab[EOS]
        quicken(self.network)

    @torch.no_grad()
    def tell(self, captions: list[str], length: int = LENGTH) -> Told:
        """Encode captions; see `told`."""
        ids = ids_of(self.tokenizer, captions)[:, :length]
        return told(self.network, dict(self.network.named_parameters()), ids, self.end)


def ids_of(tokenizer: Tokenizer, captions: list[str]) -> Tensor:
    """Token ids [N, 77]."""
    return torch.tensor([encode(tokenizer, caption) for caption in captions])


def told(network: ClipTextWithProjection, weights: dict[str, Tensor], ids: Tensor, end: int) -> Told:
    """What a network with these weights says of token ids [N, T]: a causal encoder says the same of the first ones
    whatever follows."""
    with torch.autocast("cpu", torch.bfloat16):
        states = functional_call(network, weights, (ids,)).last.float()
    last = torch.eq(ids, end).int().argmax(dim=-1)
    pooled = states[torch.arange(len(ids)), last]
    return Told(states, F.linear(pooled, weights["text_projection.weight"]), last + 1)


def start(path: Path, state_dir: Path, clip: Clip) -> tuple[Teacher, ClipTextWithProjection, Vocabulary]:
    """The teacher, kept in the stage folder since the file it comes from will be replaced, and a student."""
    kept = state_dir / TEACHER
    if not kept.is_file():
        save_state(kept, {"weights": clip.text.state_dict(), "vocabulary": clip.vocabulary.to_json(), "of": path.name})
    state = load_state(kept)
    old = Vocabulary.from_json(state["vocabulary"])
    new, config = with_chinese(old), clip.text.config
    teacher = built(config, state["weights"], len(old.vocab))
    weights = state["weights"] | {TABLE: grown(state["weights"][TABLE], old, new)}
    student = built(config, weights, len(new.vocab))
    quicken(student)
    return Teacher(teacher, old), student.requires_grad_(True), new


def built(config: ClipTextConfig, weights: dict[str, Tensor], vocabulary: int) -> ClipTextWithProjection:
    """An encoder with these weights, in single precision."""
    config = replace(config, vocabulary=vocabulary)
    network = ClipTextWithProjection(config, len(weights["text_projection.weight"]))
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return network


def said_alike(description: Description, rng: random.Random) -> tuple[str, str]:
    """A Chinese wording and a plain English one that names things in the same order."""
    chinese = draw_caption_zh(description, rng)
    return chinese, plain_caption(parse_caption_zh(chinese))


def other_words(rng: random.Random) -> str:
    """English that is not of the world, which the encoder is to read as before too."""
    words = COMMON_ENGLISH.split()
    return " ".join(rng.choice(words) for _ in range(rng.choice((1, 2, 4, 8, 16))))


class ChineseTask:
    """The losses of the student; every step runs with the weights as they would be shipped."""

    outer = ("embedding", "text_projection")
    rate = 6e-4

    def __init__(
        self,
        state_dir: Path,
        teacher: Teacher,
        student: ClipTextWithProjection,
        vocabulary: Vocabulary,
        readers: Readers,
        seed: int,
    ) -> None:
        self.teacher, self.student, self.readers, self.seed = teacher, student, readers, seed
        self.vocabulary, self.tokenizer, self.end = vocabulary, build_tokenizer(vocabulary), vocabulary.vocab[EOS]
        self.model = student
        self.looks: Path | None = None
        self.step = 0
        self._asked = [readers.pool.descriptions[number] for number in readers.pool.held_out()[:SHOWN].tolist()]
        self._effects = self._measured_effects()
        self.reads = reads_of(readers, state_dir, self._plainly, teacher.tell([""]).states)
        opened = open_model(SD).autoencoder
        assert opened is not None
        self._autoencoder = materialise(opened.weighted)

    def tell(self, captions: list[str], length: int = LENGTH) -> Told:
        """What the student says, with rounded weights; see `told`."""
        weights = shipped_values(dict(self.student.named_parameters()))
        return told(self.student, weights, ids_of(self.tokenizer, captions)[:, :length], self.end)

    def _plainly(self, which: Tensor) -> Tensor:
        """The teacher's states of scenes [B] in plain English."""
        return self.teacher.tell([plain_caption(self.readers.pool.descriptions[n]) for n in which.tolist()]).states

    @torch.no_grad()
    def _measured_effects(self) -> tuple[float, float]:
        """How differently each diffusion network predicts with a caption and with none: what losses are shares of."""
        rng = torch.Generator().manual_seed(self.seed)
        which = self.readers.pool.held_out()
        states = self._plainly(which)
        empty = self.teacher.tell([""]).states.expand_as(states)
        readers = self.readers
        found = [read(states, empty, which, rng).mean() for read in (readers.latents, readers.pixels)]
        return float(found[0]), float(found[1])

    def loss(self, step: int) -> Tensor:
        """The loss of one step. Three of four stop where captions end, and read the teacher's states behind that."""
        self.step = step
        words = random.Random(f"chinese {self.seed} {step}")
        rng = torch.Generator().manual_seed(self.seed * 9_000_011 + step)
        whole = step % 4 == 3
        length = LENGTH if whole else SHORT
        told_of = self.readers.pool.descriptions
        which = torch.randint(text_readers.SCENES, (CHINESE,), generator=rng)
        pairs = [said_alike(told_of[number], words) for number in which.tolist()]
        chinese, alike = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        english = ["", *(draw_caption(told_of[number], words) for number in which[:ENGLISH].tolist())]
        english += [other_words(words) for _ in range(4)] if whole else []
        here, there = slice(None, len(english)), slice(len(english), None)
        right, wanted = self.teacher.tell(english, length), self.teacher.tell(alike)
        mine = self.tell([*english, *chinese], length)
        scale = wanted.states.var()
        kept = (mine.states[here] - right.states).square().mean() / scale
        embedded = F.mse_loss(mine.embeddings[here], right.embeddings)
        embedded = embedded + F.mse_loss(mine.embeddings[there], wanted.embeddings)
        behind = (mine.states[there][:, SHORT:] - wanted.states[:, SHORT:length]).square().sum() / scale
        padding = behind / wanted.states[:, SHORT:].numel()
        states = torch.cat([mine.states[there], wanted.states[:, length:]], dim=1)
        read = sum(reads.apart(states, wanted.states, which) for reads in self.reads)
        total = read + KEEP * kept + EMBED * embedded + PAD * padding
        if step % 2:
            own = Told(states, mine.embeddings[there], mine.words[there])
            near, sure = self.readers.priors(own.for_priors(SHORT), wanted.for_priors(SHORT), which, rng)
            total = total + PRIORS * (near + sure)
        return total

    def measure(self) -> tuple[float, str]:
        """How differently the frozen networks predict for held-out captions, told by the teacher in English and by the
        student in either language, as a share of what a caption changes at all; and a sheet of pictures."""
        which = self.readers.pool.held_out()
        asked = [self.readers.pool.descriptions[number] for number in which.tolist()]
        plain = [plain_caption(one) for one in asked]
        wanted = self.teacher.tell(plain)
        lines: list[str] = []
        apart: list[float] = []
        for name, captions in (("English", plain), ("Chinese", [plain_caption_zh(one) for one in asked])):
            mine = self.tell(captions)
            for read, effect in zip((self.readers.latents, self.readers.pixels), self._effects, strict=True):
                rng = torch.Generator().manual_seed(2)
                apart.append(read(mine.states, wanted.states, which, rng).mean().item() / effect)
            near = F.cosine_similarity(mine.embeddings, wanted.embeddings).mean()
            lines.append(f"{name} {100 * apart[-2]:.2f} % (decoder {100 * apart[-1]:.2f} %), cosine {near:.4f}")
        line = f"held out, apart from the teacher's English: {'; '.join(lines)}"
        if self.looks is not None:
            line += "; " + self._painted(self.looks / f"chinese-{self.step + 1:06d}.png")
        return -apart[2] - 0.5 * apart[3] - 3 * apart[0], line

    def _painted(self, path: Path) -> str:
        """Paint held-out Chinese captions and grade the pictures."""
        states = self.tell([plain_caption_zh(one) for one in self._asked]).states
        pictures = pictures_of(painted(self.readers, self._autoencoder, states, self.tell([""]).states, 16))
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures, 8).save(path)
        right = shares([grade(picture, one) for picture, one in zip(pictures, self._asked, strict=True)])
        return ", ".join(f"{name} {share.right}/{share.asked}" for name, share in right.items())


def train(state_dir: Path, task: ChineseTask, length: Length) -> None:
    """Train, or go on from the saved state."""
    task.looks = state_dir / "looks"
    run(state_dir / STATE, task, length)


def export(state_dir: Path, vocabulary: Vocabulary, path: Path) -> int:
    """Write the best weights as the encoder is shipped; returns the file's bytes."""
    best = load_state(state_dir / STATE)["best"]
    weights = {name.replace("transformer.", PUBLISHED_TEXT_ROOT, 1): tensor for name, tensor in best.items()}
    return write_shipped(compact(weights), path, text_metadata(vocabulary))
