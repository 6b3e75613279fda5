"""Chinese in CLIP's vocabulary: the words of the world's captions become tokens, and English is spelt as before.

Byte pairs spell any text, but a Chinese character takes three of them: every tenth caption would not fit into 77
tokens. New merges join the bytes of the captions' characters, and then the characters of their words. They come after
all others, and their bytes stand in no English text.
"""

from collections.abc import Iterator

import torch
from tokenizers import pre_tokenizers
from torch import Tensor

from training.tokenizer import BOS, EOS, Vocabulary, build_tokenizer
from training.world.captions_zh import COLOUR_WORDS, MEASURES, NOUNS, NUMBERS, RELATION_WORDS, SIZE_WORDS

_LITTLE = {"背景": "background", "上": "on", "有": "with", "和": "and", "一": "a", "，": ",", "、": ","}
_SILENT = ("在", "的", "个", *MEASURES.values())
"""Words that English has no word for."""
END = "</w>"


def meanings() -> dict[str, str]:
    """Chinese words of the captions → what English says instead; empty where it says nothing."""
    told = {word: name for table in (NOUNS, COLOUR_WORDS, SIZE_WORDS) for name, word in table.items()}
    told |= {word: name for name, words in RELATION_WORDS.items() for word in words}
    told |= {word: {2: "two", 3: "three"}[number] for number, word in NUMBERS.items()}
    return told | _LITTLE | dict.fromkeys(_SILENT, "")


def spelt(text: str) -> str:
    """A text's bytes in the byte alphabet."""
    return "".join(part for part, _ in pre_tokenizers.ByteLevel(False, use_regex=False).pre_tokenize_str(text))


def _merges(words: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of bytes to characters, then of characters to words; each may end a run of letters."""
    for letter in sorted({letter for word in words for letter in word}):
        first, second, third = spelt(letter)
        yield first, second
        yield first + second, third
        yield first + second, third + END
    for word in sorted(words, key=lambda word: (-len(word), word)):
        for cut in range(1, len(word)):
            left, right = spelt(word[:cut]), spelt(word[cut])
            yield left, right
            if cut == len(word) - 1:
                yield left, right + END


def with_chinese(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary with the captions' Chinese words; the two marks stay last. One that has them stays as it is."""
    known = {*vocabulary.merges}
    merges = [f"{left} {right}" for left, right in dict.fromkeys(_merges(list(meanings())))]
    merges = [merge for merge in merges if merge not in known]
    marks = (BOS, EOS)
    tokens = [token for token in sorted(vocabulary.vocab, key=vocabulary.vocab.__getitem__) if token not in marks]
    tokens = [*dict.fromkeys([*tokens, *(merge.replace(" ", "") for merge in merges)]), *marks]
    return Vocabulary({token: number for number, token in enumerate(tokens)}, (*vocabulary.merges, *merges))


def grown(embedding: Tensor, old: Vocabulary, new: Vocabulary) -> Tensor:
    """Rows of token embeddings [V, D] for a vocabulary that grew; a new word starts as what it means in English."""
    rows = embedding.mean(dim=0).repeat(len(new.vocab), 1)
    for token, number in old.vocab.items():
        rows[new.vocab[token]] = embedding[number]
    tokenizer = build_tokenizer(old)
    for word, english in meanings().items():
        means = tokenizer.encode(english, add_special_tokens=False).ids
        for token in (spelt(word), spelt(word) + END):
            if means and token in new.vocab and token not in old.vocab:
                rows[new.vocab[token]] = embedding[torch.tensor(means)].mean(dim=0)
    return rows
