"""A small unigram vocabulary (Kudo 2018) for captions in English and Chinese, in the form T5's tokenizer is read in.

SentencePiece's own trainer starts from all substrings, and in turn counts the likeliest segmentation of the corpus
and drops the pieces that matter least. So does this one, with whole counts (hard expectation maximisation), which is
enough at this size and the same every time.
"""

import json
import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain

from tokenizers import Regex as Pattern
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

from training.tokenizer import COMMON_ENGLISH
from training.world.captions import draw_caption
from training.world.captions_zh import COLOUR_WORDS, NOUNS, RELATION_WORDS, SIZE_WORDS, draw_caption_zh
from training.world.pool import draw_scenes

PADDING, END, UNKNOWN = "<pad>", "</s>", "<unk>"
SENTINELS = 16
"""Tokens that stand for spans; they come last, the first of them at the very end, as T5's do."""
LONGEST = 12
"""Characters of a piece."""
SIZE = 640
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"()-/、，。：；！？（）"
MORE_ENGLISH = """
watercolour watercolor pixel pixels pixelated outline outlined flat style styled stars starry daytime nighttime moonlit
text saying says words written sign inside beside behind front without no grass ground hill lake bridge field
"""
MORE_CHINESE = """
水彩 风格 像素 轮廓 线条 平涂 扁平 夜晚 夜空 白天 天空 星空 太阳 山 海 花 草 草地 云 河 路 人 猫 狗 鸟 鱼 车 船
画 图 图片 照片 文字 写着 单词 字 场景 旁边 中间 之间 前面 后面 里面 外面 一张 一幅 没有 不 是 有 的 了 和 与 以及 很
"""
_HAN_WORDS = [
    *NOUNS.values(),
    *COLOUR_WORDS.values(),
    *SIZE_WORDS.values(),
    *chain.from_iterable(RELATION_WORDS.values()),
]
_HAN_WORD = re.compile(f"({'|'.join(sorted(_HAN_WORDS, key=len, reverse=True))}|背景|[一两三].|[在和、,上有的])")


@dataclass(frozen=True)
class Pieces:
    """A unigram vocabulary: pieces with their log-probabilities, in order of their ids."""

    pieces: tuple[tuple[str, float], ...]

    def build(self) -> Tokenizer:
        """The tokenizer; ids without the end token and padding."""
        engine = Tokenizer(Unigram([*self.pieces], 2, False))
        engine.normalizer = normalizers.Sequence(
            [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Pattern(r"\s+"), " ")]
        )
        engine.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
        return engine

    def to_json(self) -> str:
        """The form that travels in a file's metadata under `tokenizer.t5`."""
        return json.dumps(json.loads(self.build().to_str()), ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Pieces":
        """Read what `to_json` wrote."""
        return cls(tuple((str(piece), float(score)) for piece, score in json.loads(text)["model"]["vocab"]))

    def __len__(self) -> int:
        return len(self.pieces)

    def sentinel(self, number: int) -> int:
        """Id of a span's stand-in, from 0."""
        return len(self.pieces) - 1 - number


def segment(word: str, scores: dict[str, float]) -> list[str]:
    """The likeliest pieces of a word (Viterbi); every single character must be known."""
    best: list[float] = [0.0] + [-math.inf] * len(word)
    start = [0] * (len(word) + 1)
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - LONGEST), end):
            score = scores.get(word[begin:end])
            if score is not None and best[begin] + score > best[end]:
                best[end], start[end] = best[begin] + score, begin
    pieces: list[str] = []
    end = len(word)
    while end:
        pieces.append(word[start[end] : end])
        end = start[end]
    return pieces[::-1]


def _words(text: str, blank: Tokenizer) -> list[str]:
    assert blank.normalizer is not None and blank.pre_tokenizer is not None
    # Chinese is written without spaces: cut into words here, so that no piece joins a colour to an object.
    spaced = _HAN_WORD.sub(r" \1 ", blank.normalizer.normalize_str(text))
    return [piece for piece, _ in blank.pre_tokenizer.pre_tokenize_str(spaced)]


def corpus(seed: int, scenes: int = 3000) -> Counter[str]:
    """Words of training captions in both languages, and some of general use that captions lack."""
    rng = random.Random(f"pieces {seed}")
    blank = Pieces(((PADDING, 0.0), (END, 0.0), (UNKNOWN, 0.0))).build()
    words: Counter[str] = Counter()
    for scene in draw_scenes(scenes, seed, held_out=False):
        words.update(_words(draw_caption(scene.description, rng), blank))
        words.update(word.removeprefix("▁") for word in _words(draw_caption_zh(scene.description, rng), blank))
    for word in f"{COMMON_ENGLISH} {MORE_ENGLISH} {MORE_CHINESE}".split():
        words[f"▁{word}" if word.isascii() else word] += 40
    return words


def _scores(counts: Counter[str], singles: set[str]) -> dict[str, float]:
    total = math.log(sum(counts.values()) + len(singles))
    kept = {piece: count for piece, count in counts.items() if count > 0}
    return {piece: math.log(kept.get(piece, 0.1)) - total for piece in sorted({*kept, *singles})}


def _segmented(words: Counter[str], scores: dict[str, float]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for piece in segment(word, scores):
            counts[piece] += times
    return counts


def learn_pieces(words: Counter[str], size: int) -> list[tuple[str, float]]:
    """Learn `size` pieces and their log-probabilities, the commonest first."""
    singles = {letter for word in words for letter in word} | set(LETTERS) | {"▁"}
    found: Counter[str] = Counter()
    for word, times in words.items():
        for begin in range(len(word)):
            for end in range(begin + 1, min(begin + LONGEST, len(word)) + 1):
                found[word[begin:end]] += times
    likely = sorted(found, key=lambda piece: (-found[piece] * len(piece), piece))[: size * 8]
    scores = _scores(Counter({piece: found[piece] for piece in likely}), singles)
    while True:
        for _ in range(2):
            scores = _scores(_segmented(words, scores), singles)
        whole = [piece for piece in scores if piece not in singles]
        keep = max(size - len(singles), int(len(whole) * 0.75))
        if len(whole) <= size - len(singles):
            break
        # What a piece saves: its count times the tokens it would take in single letters, roughly.
        worth = {piece: math.exp(scores[piece]) * (len(piece) - 0.5) for piece in whole}
        dropped = sorted(whole, key=lambda piece: (-worth[piece], piece))[keep:]
        scores = {piece: score for piece, score in scores.items() if piece not in set(dropped)}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def train_pieces(seed: int, size: int = SIZE) -> Pieces:
    """Learn the vocabulary: padding, end and unknown first, then pieces, then the sentinels from last to first."""
    special = [(PADDING, 0.0), (END, 0.0), (UNKNOWN, 0.0)]
    learned = learn_pieces(corpus(seed), size - len(special) - SENTINELS)
    sentinels = [(f"<extra_id_{number}>", -100.0) for number in reversed(range(SENTINELS))]
    return Pieces((*special, *((piece, round(score, 4)) for piece, score in learned), *sentinels))
