"""Tokenizers of T5, XLM-R and BERT, from the files their libraries write."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram, WordPiece
from tokenizers.normalizers import BertNormalizer, Normalizer, Precompiled, Replace
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import BertPreTokenizer, Metaspace

from diffusion.text.sentencepiece import NotSentencePiece, SentencePieceModel, read_sentencepiece
from diffusion.text.tokenizer import TokenizerError

SubwordKind = Literal["t5", "xlm_r", "bert"]

LARGEST_FILE = 64 * 2**20


@dataclass(frozen=True)
class _Framing:
    begin: str | None
    end: str
    padding: str
    length: int | None


# BERT's and XLM-R's lengths are those that Latent Diffusion and Kandinsky 2 trained with.
_FRAMING: Mapping[SubwordKind, _Framing] = {
    "t5": _Framing(None, "</s>", "<pad>", None),
    "xlm_r": _Framing("<s>", "</s>", "<pad>", 77),
    "bert": _Framing("[CLS]", "[SEP]", "[PAD]", 77),
}


class SubwordTokenizer:
    """Turns text into ids. Attributes as `chunks.TextTokenizer` has them, and `highest_id`."""

    def __init__(self, engine: Tokenizer, kind: SubwordKind, length: int | None = None) -> None:
        framing = _FRAMING[kind]
        # Files may ask for padding and cutting, which are the caller's affair.
        engine.no_padding()
        engine.no_truncation()
        self._engine = engine
        self.begin_id = None if framing.begin is None else self._duty(framing.begin)
        self.end_id = self._duty(framing.end)
        self.padding_id = self._duty(framing.padding)
        self.length = length or framing.length
        self.highest_id = engine.get_vocab_size() - 1

    def _duty(self, token: str) -> int:
        number = self._engine.token_to_id(token)
        if number is None:
            raise TokenizerError(f"tokenizer: the vocabulary has no token {token!r}")
        return number

    def words(self, text: str) -> list[int]:
        """Tokenize without framing and padding, at any length."""
        return list(self._engine.encode(text, add_special_tokens=False).ids)


def _unigram(model: SentencePieceModel, kind: SubwordKind) -> Tokenizer:
    pieces, unknown = list(model.pieces), model.unknown
    if kind == "xlm_r":
        # The published models put four tokens of their own before the pieces, and drop the file's first three.
        pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces[3:], ("<mask>", 0.0)]
        unknown = 3
    engine = Tokenizer(Unigram(pieces, unknown, False))
    steps: list[Normalizer] = [Precompiled(model.normaliser)] if model.normaliser else []
    engine.normalizer = NormalizerSequence([*steps, Replace(Regex(" {2,}"), " ")])
    engine.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    return engine


def _wordpiece(text: str) -> Tokenizer:
    tokens = text.splitlines()
    engine = Tokenizer(WordPiece({token: number for number, token in enumerate(tokens)}, unk_token="[UNK]"))
    engine.normalizer = BertNormalizer(lowercase=True)
    engine.pre_tokenizer = BertPreTokenizer()
    return engine


def tokenizer_from_json(text: str, kind: SubwordKind) -> SubwordTokenizer:
    """Read a `tokenizer.json`.

    Raises:
        TokenizerError: it cannot be read, or lacks a token with a duty.
    """
    try:
        engine = Tokenizer.from_str(text)
    except Exception as error:
        raise TokenizerError(f"tokenizer: tokenizer.json cannot be read ({error})") from error
    return SubwordTokenizer(engine, kind)


def read_tokenizer(path: Path, kind: SubwordKind) -> SubwordTokenizer:
    """Read a tokenizer from `tokenizer.json`, a SentencePiece `.model` or a `vocab.txt`.

    Raises:
        TokenizerError: the file is damaged, too large, or of another kind.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TokenizerError(f"tokenizer: {path} is larger than {LARGEST_FILE >> 20} MiB")
        if path.suffix == ".json":
            return tokenizer_from_json(path.read_text(encoding="utf-8"), kind)
        if path.suffix == ".txt":
            return SubwordTokenizer(_wordpiece(path.read_text(encoding="utf-8")), kind)
        return SubwordTokenizer(_unigram(read_sentencepiece(path.read_bytes()), kind), kind)
    except NotSentencePiece as error:
        raise TokenizerError(f"tokenizer: {path} is no SentencePiece model ({error})") from error
    except (OSError, UnicodeError) as error:
        raise TokenizerError(f"tokenizer: {path} cannot be read ({error})") from error
    except TokenizerError as error:
        raise TokenizerError(f"{error} ({path})") from error
    except Exception as error:  # the library raises bare exceptions for vocabularies that do not hang together
        raise TokenizerError(f"tokenizer: {path} cannot be used ({error})") from error
