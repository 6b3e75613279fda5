"""Parts that a checkpoint keeps in files of their own, which its metadata names; several checkpoints may share one."""

from collections.abc import Iterator
from pathlib import Path

from diffusion.checkpoints.companions import companions_of
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.opened import OpenedModel
from diffusion.text.encoder import TextEncoder
from diffusion.text.tokenizer_files import text_encoder
from graph_engine.spec.sdk import Blocked, NodeContext, NodeFiles
from graph_engine.validate.problem import ProblemError
from nodes.opened import family_read, text_of
from nodes.sockets import TextModel

TEXT_ENCODERS = "text_encoders"


def companions_read(files: NodeFiles, **values: object) -> Iterator[tuple[str, str]]:
    """The companions of the checkpoint that a loader opens, so that a changed one is noticed."""
    try:
        found = companions_of(files.model("checkpoints", str(values.get("ckpt_name", ""))))
    except (CheckpointError, ProblemError, OSError):
        return  # opening the checkpoint says what is wrong
    for folder, names in found.items():
        yield from ((folder, name) for name in names)


def text_found(ctx: NodeContext, opened: OpenedModel, path: Path) -> TextModel | Blocked:
    """The text encoders of a checkpoint: its own, or those of its companions, as its family reads them."""
    names = opened.companions.get(TEXT_ENCODERS, ())
    if opened.text or not names:
        return text_of(opened, path)
    encoders: list[TextEncoder] = []
    for name in names:
        try:
            beside = ctx.files.model(TEXT_ENCODERS, name)
            found = open_model(beside)
        except ProblemError as refusal:
            return Blocked(
                f"{path.name} keeps its text encoder in a file of its own, and that is not there: put {name} into the "
                f"folder models/{TEXT_ENCODERS}, or load another with 'Load CLIP' and wire that here. ({refusal})"
            )
        except CheckpointError as error:
            return Blocked(f"The text encoder of {path.name} cannot be opened. {error}")
        if not found.text:
            return Blocked(
                f"{path.name} names {name} in models/{TEXT_ENCODERS} as its text encoder, but that file holds "
                f"{found.detection.title}: put the right one there, or load it with 'Load CLIP' and wire that here."
            )
        encoders += [text_encoder(text, beside) for text in found.text]
    return TextModel(tuple(encoders), family_read(opened))
