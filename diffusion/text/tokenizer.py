"""CLIP's byte-pair tokenizer (Radford et al. 2021), from the packaged vocabulary or from one inside a file."""

import gzip
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Replace
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import ByteLevel, Split
from tokenizers.pre_tokenizers import Sequence as PreTokenizerSequence

WORD_PATTERN = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
WORD_END = "</w>"
DEFAULT_LENGTH = 77
_PACKAGED_MERGES = 49_152 - 256 - 2


class TokenizerError(ValueError):
    """A vocabulary that cannot be used; the sentence says what is wrong with it."""


@dataclass(frozen=True)
class Vocabulary:
    """Tokens, merges in order of rank, and the three tokens with a duty."""

    tokens: dict[str, int]
    merges: tuple[tuple[str, str], ...]
    begin: str = "<|startoftext|>"
    end: str = "<|endoftext|>"
    padding: str = "<|endoftext|>"
    length: int = DEFAULT_LENGTH

    def __post_init__(self) -> None:
        for duty in (self.begin, self.end, self.padding):
            if duty not in self.tokens:
                raise TokenizerError(f"tokenizer: the vocabulary has no token {duty!r}")
        if self.length < 3:
            raise TokenizerError(f"tokenizer: a length of {self.length} tokens leaves no room for a word")


@dataclass(frozen=True)
class Prompt:
    """A prompt as the encoder reads it.

    Attributes:
        ids: exactly `length` token ids: begin, words, end, padding.
        dropped: how many word tokens did not fit and were left out.
    """

    ids: tuple[int, ...]
    dropped: int

    @property
    def note(self) -> str | None:
        """A sentence for the person who wrote a prompt that was too long, or None."""
        if not self.dropped:
            return None
        return (
            f"The prompt is {self.dropped} tokens too long for this text encoder "
            f"({len(self.ids) - 2} fit); its end was left out. Shorten it, or put what matters first."
        )


class ClipTokenizer:
    """Turns text into ids: lower-cased, runs of whitespace made one space, split into words, merged byte pairs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.length = vocabulary.length
        self.begin_id = vocabulary.tokens[vocabulary.begin]
        self.end_id = vocabulary.tokens[vocabulary.end]
        self.padding_id = vocabulary.tokens[vocabulary.padding]
        try:
            # The end token stands for bytes that a cut-down vocabulary lacks, as in the published tokenizer.
            model = BPE(
                vocab=vocabulary.tokens,
                merges=list(vocabulary.merges),
                unk_token=vocabulary.end,
                end_of_word_suffix=WORD_END,
                continuing_subword_prefix="",
                fuse_unk=False,
            )
        except Exception as error:
            raise TokenizerError(f"tokenizer: vocabulary and merges do not fit together ({error})") from error
        self._engine = Tokenizer(model)
        self._engine.normalizer = NormalizerSequence([NFC(), Replace(Regex(r"\s+"), " "), Lowercase()])
        self._engine.pre_tokenizer = PreTokenizerSequence(
            [Split(Regex(WORD_PATTERN), behavior="removed", invert=True), ByteLevel(add_prefix_space=False)]
        )

    def words(self, text: str) -> list[int]:
        """Tokenize without begin, end and padding, at any length: the seam for weights and long prompts."""
        return list(self._engine.encode(text, add_special_tokens=False).ids)

    def frame(self, words: Sequence[int]) -> Prompt:
        """Put begin and end around word ids, drop what does not fit and pad to `length`."""
        room = self.length - 2
        kept = list(words[:room])
        ids = [self.begin_id, *kept, self.end_id]
        ids += [self.padding_id] * (self.length - len(ids))
        return Prompt(ids=tuple(ids), dropped=max(0, len(words) - room))

    def encode(self, text: str) -> Prompt:
        """Tokenize and frame a prompt."""
        return self.frame(self.words(text))


def byte_alphabet() -> list[str]:
    """Return the printable characters that stand for the 256 bytes, in the order of CLIP's (and GPT-2's) vocabulary.

    Bytes that are printable in Latin-1 stand for themselves and come first; the others follow as U+0100 and up.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(byte) for byte in printable] + [chr(0x100 + offset) for offset in range(256 - len(printable))]


def vocabulary_from_merges(merges: Sequence[tuple[str, str]], *, length: int = DEFAULT_LENGTH) -> Vocabulary:
    """Number tokens the way CLIP does: bytes, bytes that end a word, one token per merge, begin, end."""
    alphabet = byte_alphabet()
    names = [*alphabet, *(letter + WORD_END for letter in alphabet), *(first + second for first, second in merges)]
    names += ["<|startoftext|>", "<|endoftext|>"]
    return Vocabulary(tokens={name: number for number, name in enumerate(names)}, merges=tuple(merges), length=length)


def packaged_vocabulary() -> Vocabulary:
    """Read CLIP's own vocabulary (49,408 tokens) from the file that open_clip ships.

    Raises:
        TokenizerError: open_clip is not installed, or without its vocabulary.
    """
    # The package is located but not imported: importing it takes seconds and pulls in torchvision.
    spec = importlib.util.find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise TokenizerError("tokenizer: open_clip_torch is not installed; run `pip install -r requirements.txt`")
    path = Path(spec.origin).with_name("bpe_simple_vocab_16e6.txt.gz")
    if not path.is_file():
        raise TokenizerError(f"tokenizer: {path} is missing; reinstall open_clip_torch")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")[1 : _PACKAGED_MERGES + 1]
    return vocabulary_from_merges([_pair(line) for line in lines])


def _pair(line: object) -> tuple[str, str]:
    # Published files hold merges as "a b"; newer ones as ["a", "b"].
    parts = line.split(" ") if isinstance(line, str) else cast("list[object]", line if isinstance(line, list) else [])
    if len(parts) != 2:
        raise TokenizerError(f"tokenizer: {line!r} is not a merge of two tokens")
    return str(parts[0]), str(parts[1])


def vocabulary_from_json(text: str) -> Vocabulary:
    """Read the vocabulary that a checkpoint carries in its metadata (key `tokenizer.clip_l`).

    The text is JSON with `vocab` {token: id}, `merges` ["a b", …], `model_max_length`, `bos_token`, `eos_token`
    and `pad_token`.

    Raises:
        TokenizerError: not JSON, or a part is missing or of the wrong kind.
    """
    try:
        data = cast("dict[str, Any]", json.loads(text))
        tokens = {str(token): int(number) for token, number in data["vocab"].items()}
        merges = tuple(_pair(line) for line in data["merges"])
        length = int(data.get("model_max_length", DEFAULT_LENGTH))
        begin, end = str(data["bos_token"]), str(data["eos_token"])
        padding = str(data.get("pad_token", end))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise TokenizerError(
            f"tokenizer in the file's metadata cannot be read ({type(error).__name__}: {error})"
        ) from error
    return Vocabulary(tokens=tokens, merges=merges, begin=begin, end=end, padding=padding, length=length)


def vocabulary_to_json(vocabulary: Vocabulary) -> str:
    """Write a vocabulary the way `vocabulary_from_json` reads it."""
    return json.dumps(
        {
            "vocab": vocabulary.tokens,
            "merges": [f"{first} {second}" for first, second in vocabulary.merges],
            "model_max_length": vocabulary.length,
            "bos_token": vocabulary.begin,
            "eos_token": vocabulary.end,
            "pad_token": vocabulary.padding,
        }
    )
