"""A small CLIP-style byte-pair vocabulary for the world's captions that can spell any other prompt."""

import json
import random
from dataclasses import dataclass

from tokenizers import Regex as Pattern
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from training.world.captions import draw_caption
from training.world.pool import draw_scenes

BOS, EOS = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77
SPLIT = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
"""CLIP's pre-tokenisation (Radford et al. 2021)."""

COMMON_ENGLISH = """
the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not
what all were we when your can said there use each which she do how their if will up other about out many then them
these so some her would make like him into time has look two more write go see number no way could people my than
first water been call who oil its now find long down day did get come made may part over new sound take only little
work know place year live me back give most very after thing our just name good sentence man think say great where
help through much before line right too mean old any same tell boy follow came want show also around form three
small set put end does another well large must big even such because turn here why ask went men read need land
different home us move try kind hand picture again change off play spell air away animal house point page letter
mother answer found study still learn should world high every near add food between own below country plant last
school father keep tree never start city earth eye light thought head under story saw left few while along might
close something seem next hard open example begin life always those both paper together got group often run photo
painting portrait landscape drawing style beautiful detailed sky sea mountain flower cat dog bird car woman girl
child face hair dress night sun moon cloud forest river street building background foreground colour color
"""


@dataclass(frozen=True)
class Vocabulary:
    """A byte-pair vocabulary in CLIP's form.

    Attributes:
        vocab: token to id.
        merges: pairs as "left right", in order of priority.
    """

    vocab: dict[str, int]
    merges: tuple[str, ...]

    def to_json(self) -> str:
        """The form that travels in a checkpoint's metadata under `tokenizer.clip_l`."""
        return json.dumps(
            {
                "vocab": self.vocab,
                "merges": list(self.merges),
                "model_max_length": LENGTH,
                "bos_token": BOS,
                "eos_token": EOS,
                "pad_token": EOS,
            },
            ensure_ascii=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Vocabulary":
        """Read what `to_json` wrote."""
        data = json.loads(text)
        return cls(dict(data["vocab"]), tuple(data["merges"]))


def _byte_alphabet() -> list[str]:
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """A tokenizer that splits as CLIP's does; ids without BOS, EOS and padding."""
    merges = [(left, right) for left, right in (pair.split(" ") for pair in vocabulary.merges)]
    model = models.BPE(vocab=vocabulary.vocab, merges=merges, end_of_word_suffix="</w>", unk_token=EOS)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Pattern(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Pattern(SPLIT), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def encode(tokenizer: Tokenizer, caption: str) -> list[int]:
    """77 ids: BOS, the caption cut to 75 tokens, EOS, and EOS again as padding."""
    bos, eos = tokenizer.token_to_id(BOS), tokenizer.token_to_id(EOS)
    ids = tokenizer.encode(caption, add_special_tokens=False).ids[: LENGTH - 2]
    return [bos, *ids, *[eos] * (LENGTH - 1 - len(ids))]


def train_vocabulary(seed: int, size: int = 1400) -> Vocabulary:
    """Learn merges on training captions and common English.

    Ids follow CLIP's order: the byte alphabet, the alphabet with `</w>`, merges, BOS, EOS.
    """
    rng = random.Random(seed)
    captions = [draw_caption(scene.description, rng) for scene in draw_scenes(4000, seed, held_out=False)]
    # Each common word several times: rare words would otherwise not earn a merge beside the captions.
    corpus = captions + [word for word in COMMON_ENGLISH.split() for _ in range(8)]
    letters = _byte_alphabet()
    alphabet = letters + [f"{letter}</w>" for letter in letters]
    blank = build_tokenizer(Vocabulary({EOS: 0}, ()))
    trainer = trainers.BpeTrainer(
        vocab_size=size - 2,
        special_tokens=[],
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    blank.train_from_iterator(corpus, trainer)
    learnt = json.loads(blank.to_str())["model"]["merges"]
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" ")) for pair in learnt]
    tokens = alphabet + ["".join(pair) for pair in merges]
    tokens = [*dict.fromkeys(tokens), BOS, EOS]
    return Vocabulary({token: index for index, token in enumerate(tokens)}, tuple(" ".join(pair) for pair in merges))
