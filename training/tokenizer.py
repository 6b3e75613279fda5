"""A small CLIP-style byte-pair vocabulary for the world's captions that can spell any other prompt."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from safetensors import safe_open
from tokenizers import Regex as Pattern
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

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
    if bos is None or eos is None:
        raise ValueError(f"this tokenizer lacks {BOS} or {EOS}")
    ids = tokenizer.encode(caption, add_special_tokens=False).ids[: LENGTH - 2]
    return [bos, *ids, *[eos] * (LENGTH - 1 - len(ids))]


def shipped_vocabulary(checkpoint: Path) -> Vocabulary:
    """The vocabulary that travels in a shipped checkpoint.

    Raises:
        ValueError: the file has none.
    """
    with safe_open(checkpoint, "pt") as file:
        metadata = file.metadata() or {}
    if "tokenizer.clip_l" not in metadata:
        raise ValueError(f"{checkpoint} carries no tokenizer under `tokenizer.clip_l`.")
    return Vocabulary.from_json(metadata["tokenizer.clip_l"])


def _words(tokenizer: Tokenizer, text: str) -> list[str]:
    """The pieces that byte pairs are merged within, in the byte alphabet."""
    assert tokenizer.normalizer is not None and tokenizer.pre_tokenizer is not None
    return [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text))]


def learn_merges(words: Counter[str], most: int) -> list[tuple[str, str]]:
    """Merge the commonest pair again and again (Sennrich et al. 2016).

    The library's own trainer breaks ties by chance; here the pair that sorts first wins, so that a seed is enough
    to get the same vocabulary.
    """
    spelt = {word: (*word[:-1], f"{word[-1]}</w>") for word in sorted(words)}
    merges: list[tuple[str, str]] = []
    while len(merges) < most:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, symbols in spelt.items():
            for pair in pairwise(symbols):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        spelt = {word: _merged(symbols, best) for word, symbols in spelt.items()}
    return merges


def _merged(symbols: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    result: list[str] = []
    for symbol in symbols:
        if result and (result[-1], symbol) == pair:
            result[-1] += symbol
        else:
            result.append(symbol)
    return tuple(result)


def train_vocabulary(seed: int, size: int = 1400) -> Vocabulary:
    """Learn merges on training captions and common English.

    Ids follow CLIP's order: the byte alphabet, the alphabet with `</w>`, merges, BOS, EOS.
    """
    rng = random.Random(seed)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    alphabet = letters + [f"{letter}</w>" for letter in letters]
    blank = build_tokenizer(Vocabulary({EOS: 0}, ()))
    words: Counter[str] = Counter()
    for scene in draw_scenes(4000, seed, held_out=False):
        words.update(_words(blank, draw_caption(scene.description, rng)))
    for word in COMMON_ENGLISH.split():
        words[word] += 8  # rare words would otherwise not earn a merge beside the captions
    merges = learn_merges(words, size - 2 - len(alphabet))
    tokens = [*dict.fromkeys([*alphabet, *("".join(pair) for pair in merges)]), BOS, EOS]
    return Vocabulary({token: index for index, token in enumerate(tokens)}, tuple(" ".join(pair) for pair in merges))
