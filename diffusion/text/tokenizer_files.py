"""Where an encoder's tokenizer is: in its file's metadata, in its diffusers folder, beside the weights, or packaged."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from diffusion.checkpoints.opened import OpenedText, TextKind
from diffusion.text.chunks import TextTokenizer
from diffusion.text.encoder import TextEncoder
from diffusion.text.subwords import LARGEST_FILE, SubwordKind, SubwordTokenizer, read_tokenizer, tokenizer_from_json
from diffusion.text.tokenizer import (
    ClipTokenizer,
    TokenizerError,
    Vocabulary,
    packaged_vocabulary,
    vocabulary_from_json,
)

_SUBWORDS: Mapping[TextKind, SubwordKind] = {
    "t5xxl": "t5",
    "t5xl": "t5",
    "t5base": "t5",
    "bert": "bert",
    "xlm_r": "xlm_r",
}
_FILES: Mapping[SubwordKind, tuple[str, ...]] = {
    "t5": ("tokenizer.json", "spiece.model"),
    "xlm_r": ("tokenizer.json", "sentencepiece.bpe.model"),
    "bert": ("tokenizer.json", "vocab.txt"),
}
# OpenCLIP's encoders were trained with id 0 after the end, OpenAI's with the end token again.
_PADDED_WITH_ZERO: tuple[TextKind, ...] = ("clip_h", "clip_g")


def _places(text: OpenedText, path: Path, kind: SubwordKind) -> list[Path]:
    """Where the tokenizer may be, the surest place first."""
    folders = [] if text.tokenizer_folder is None else [text.tokenizer_folder]
    base = path if path.is_dir() else path.parent
    named = [base / f"{stem}.{name}" for stem in (path.stem, text.kind, kind) for name in _FILES[kind]]
    return [folder / name for folder in folders for name in _FILES[kind]] + named + [base / n for n in _FILES[kind]]


def _missing(text: OpenedText, path: Path, kind: SubwordKind) -> TokenizerError:
    base = path if path.is_dir() else path.parent
    names = " or ".join(f"{text.kind}.{name}" for name in _FILES[kind])
    return TokenizerError(
        f"The text encoder {text.kind} in {path.name} comes without its tokenizer. Put the {names} of its model into "
        f"the folder {base} (the model's publisher offers it as {' or '.join(_FILES[kind])})."
    )


def _open_subwords(text: OpenedText, path: Path, kind: SubwordKind) -> SubwordTokenizer:
    if text.tokenizer is not None:
        return tokenizer_from_json(text.tokenizer, kind)
    limit = text.weighted.network.config.vocabulary
    unfit: list[str] = []
    for place in _places(text, path, kind):
        if not place.is_file():
            continue
        try:
            tokenizer = read_tokenizer(place, kind)
        except TokenizerError as error:
            unfit.append(str(error))
            continue
        if tokenizer.highest_id < limit:
            return tokenizer
        unfit.append(f"{place} numbers more tokens than the encoder's {limit}")
    if unfit:
        raise TokenizerError(f"{_missing(text, path, kind)} What is there does not fit: {'; '.join(unfit)}.")
    raise _missing(text, path, kind)


def _table(path: Path) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {LARGEST_FILE >> 20} MiB")
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


def _tokens_and_merges(folder: Path) -> tuple[Any, list[Any]] | None:
    """Read a byte-pair vocabulary from `vocab.json` and `merges.txt`, or from `tokenizer.json`, newer folders' only."""
    vocab, merges, whole = (folder / name for name in ("vocab.json", "merges.txt", "tokenizer.json"))
    if vocab.is_file() and merges.is_file() and merges.stat().st_size <= LARGEST_FILE:
        lines = merges.read_text(encoding="utf-8").splitlines()
        return _table(vocab), [line for line in lines if line and not line.startswith("#version")]
    if not whole.is_file():
        return None
    model = _table(whole)["model"]
    return model["vocab"], model["merges"]


def _from_folder(folder: Path) -> Vocabulary | None:
    """Read CLIP's tokenizer out of a diffusers folder; None where there is none."""
    settings = folder / "tokenizer_config.json"
    try:
        found = _tokens_and_merges(folder)
        if found is None:
            return None
        config = _table(settings) if settings.is_file() else {}

        def duty(name: str, default: str) -> str:
            value = config.get(name, default)
            return str(cast("dict[str, Any]", value)["content"] if isinstance(value, dict) else value)

        return vocabulary_from_json(
            json.dumps(
                {
                    "vocab": found[0],
                    "merges": found[1],
                    "model_max_length": min(int(config.get("model_max_length", 77)), 77),
                    "bos_token": duty("bos_token", "<|startoftext|>"),
                    "eos_token": duty("eos_token", "<|endoftext|>"),
                    "pad_token": duty("pad_token", "<|endoftext|>"),
                }
            )
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TokenizerError(f"The tokenizer in {folder} cannot be read ({error}). Download it again.") from error


def _open_clip(text: OpenedText, path: Path) -> ClipTokenizer:
    own = None
    if text.tokenizer is not None:
        own = vocabulary_from_json(text.tokenizer)
    elif text.tokenizer_folder is not None:
        own = _from_folder(text.tokenizer_folder)
    vocabulary = own or packaged_vocabulary()
    if own is None and text.kind in _PADDED_WITH_ZERO:
        first = next(token for token, number in vocabulary.tokens.items() if number == 0)
        vocabulary = replace(vocabulary, padding=first)
    config = text.weighted.network.config
    highest = max(vocabulary.tokens.values())
    if highest >= config.vocabulary or vocabulary.length > config.positions:
        raise TokenizerError(
            f"The tokenizer numbers tokens up to {highest} in prompts of {vocabulary.length}, but the text encoder of "
            f"{path.name} knows {config.vocabulary} tokens and {config.positions} positions. A file with its own "
            f"vocabulary must carry it in its metadata (tokenizer.{text.kind})."
        )
    return ClipTokenizer(vocabulary)


def open_tokenizer(text: OpenedText, path: Path) -> TextTokenizer:
    """Find and open the tokenizer of an opened text encoder.

    Args:
        text: from `OpenedModel.text`.
        path: the file or folder it came from.

    Raises:
        TokenizerError: there is none, or it does not fit; the sentence says which file to put where.
    """
    kind = _SUBWORDS.get(text.kind)
    return _open_clip(text, path) if kind is None else _open_subwords(text, path, kind)


def text_encoder(text: OpenedText, path: Path) -> TextEncoder:
    """Join an opened text encoder with its tokenizer, which is looked for when the first prompt comes."""
    return TextEncoder(text.kind, text.weighted, lambda: open_tokenizer(text, path), text.cut)
