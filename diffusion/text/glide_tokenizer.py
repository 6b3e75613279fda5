"""GLIDE's tokenizer (Nichol et al. 2021): GPT-2's byte pairs on lower-cased text, padded to a fixed length."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import ByteLevel

from diffusion.text.tokenizer import TokenizerError

WHERE_TO_GET = (
    "Put GPT-2's vocab.json and merges.txt (published with GPT-2; GLIDE uses the same) next to the model file, "
    "or into models/text_encoders/gpt2/"
)


@dataclass(frozen=True)
class GlidePrompt:
    """A prompt as GLIDE's text transformer reads it.

    Attributes:
        ids: exactly as many token ids as the model has positions; padding repeats the last token of the vocabulary.
        mask: true for real tokens.
        dropped: how many tokens did not fit.
    """

    ids: tuple[int, ...]
    mask: tuple[bool, ...]
    dropped: int


class GlideTokenizer:
    """Turns text into token ids; no token begins or ends a prompt."""

    def __init__(self, tokens: dict[str, int], merges: list[tuple[str, str]]) -> None:
        try:
            self._engine = Tokenizer(BPE(vocab=tokens, merges=merges))
        except Exception as error:
            raise TokenizerError(f"GLIDE's tokenizer: vocabulary and merges do not fit together ({error})") from error
        self._engine.normalizer = Lowercase()
        self._engine.pre_tokenizer = ByteLevel(add_prefix_space=False, use_regex=True)
        self.padding_id = len(tokens) - 1

    def encode(self, text: str, length: int) -> GlidePrompt:
        """Tokenize and pad to `length`; what does not fit is dropped."""
        ids = list(self._engine.encode(text, add_special_tokens=False).ids)
        kept = ids[:length]
        padding = length - len(kept)
        return GlidePrompt(
            ids=tuple(kept + [self.padding_id] * padding),
            mask=(True,) * len(kept) + (False,) * padding,
            dropped=len(ids) - len(kept),
        )


def glide_tokenizer_from_files(vocabulary: Path, merges: Path) -> GlideTokenizer:
    """Read the two files of GPT-2's tokenizer (`vocab.json` or `encoder.json`; `merges.txt` or `vocab.bpe`).

    Raises:
        TokenizerError: a file is missing or is not what its name says.
    """
    try:
        tokens: Any = json.loads(vocabulary.read_text(encoding="utf-8"))
        lines = merges.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        sentence = f"GLIDE reads words with a file that is not there ({error.filename}). {WHERE_TO_GET}."
        raise TokenizerError(sentence) from error
    except (OSError, ValueError) as error:
        raise TokenizerError(f"GLIDE's tokenizer cannot be read ({error}). {WHERE_TO_GET}.") from error
    if not isinstance(tokens, dict):
        raise TokenizerError(f"{vocabulary.name} holds no table of tokens. {WHERE_TO_GET}.")
    pairs = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
    if any(len(pair) != 2 for pair in pairs):
        raise TokenizerError(f"{merges.name} holds a line that is not a pair of tokens. {WHERE_TO_GET}.")
    table = {str(token): int(number) for token, number in cast("dict[Any, Any]", tokens).items()}
    return GlideTokenizer(table, cast("list[tuple[str, str]]", pairs))
