"""The CLIP tokenizer of an opened text encoder: the one its file carries, or the packaged one."""

from pathlib import Path

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.opened import OpenedText
from diffusion.text.tokenizer import ClipTokenizer, TokenizerError, packaged_vocabulary, vocabulary_from_json


def clip_tokenizer(text: OpenedText, path: Path) -> ClipTokenizer:
    """Return the tokenizer of a CLIP text encoder.

    Args:
        text: from `OpenedModel.text`.
        path: its file, for the error.

    Raises:
        CheckpointError: the tokenizer in the file is damaged, or knows tokens that the encoder does not.
    """
    try:
        vocabulary = packaged_vocabulary() if text.tokenizer is None else vocabulary_from_json(text.tokenizer)
        tokenizer = ClipTokenizer(vocabulary)
    except TokenizerError as error:
        raise CheckpointError(
            str(error), where=path, remedy="Ask the file's author for one whose tokenizer is whole."
        ) from error
    config = text.weighted.network.config
    highest = max(tokenizer.vocabulary.tokens.values())
    if highest >= config.vocabulary or tokenizer.length > config.positions:
        raise CheckpointError(
            f"The tokenizer numbers tokens up to {highest} in prompts of {tokenizer.length}, but the text encoder "
            f"knows {config.vocabulary} tokens and {config.positions} positions",
            where=path,
            remedy="A file with its own vocabulary must carry it in its metadata (tokenizer.clip_l).",
        )
    return tokenizer
