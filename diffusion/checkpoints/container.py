"""Tells which kind of container a model file is, by its first bytes and never by its name. Needs no torch."""

import zipfile
from enum import Enum
from pathlib import Path

from diffusion.checkpoints.errors import CheckpointError

MAX_ARCHIVE_ENTRIES = 65_536 * 2


class Container(Enum):
    """How tensors are packed into a file."""

    SAFETENSORS = "safetensors"
    TORCH_ZIP = "torch archive"
    PICKLE = "bare pickle"


def identify(path: Path) -> Container:
    """Look at the first bytes of a file.

    Raises:
        CheckpointError: the file is none of the containers we read.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(9)
    if start.startswith(b"PK\x03\x04"):
        return Container.TORCH_ZIP
    if len(start) == 9 and start[8:9] == b"{":
        return Container.SAFETENSORS
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return Container.PICKLE
    raise CheckpointError(
        "This is not a model file: its first bytes are neither safetensors nor a torch archive",
        where=path,
        remedy="Choose a .safetensors file. If it was downloaded, the download may be an error page instead.",
    )


def check_archive(path: Path) -> None:
    """Refuse archives that are not what `torch.save` writes, before anything in them is read.

    `torch.save` stores without compression, so the sizes inside add up to less than the file: a compressed entry
    or a larger sum is a bomb.

    Raises:
        CheckpointError: the archive is damaged, compressed, too large inside, or holds a program (TorchScript).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise CheckpointError(
            f"This torch archive is damaged ({error})", where=path, remedy="Download the file again."
        ) from error
    stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    total = sum(entry.file_size for entry in entries)
    if not stored or total > path.stat().st_size or len(entries) > MAX_ARCHIVE_ENTRIES:
        raise CheckpointError(
            "This archive was not written by torch: its contents are compressed or larger than the file",
            where=path,
            remedy="Do not open it. Ask its author for a .safetensors file.",
        )
    if any(entry.filename.endswith("/constants.pkl") or "/code/" in entry.filename for entry in entries):
        raise CheckpointError(
            "This file holds a program (TorchScript), not only weights",
            where=path,
            remedy="Ask its author for a .safetensors file of the weights.",
        )
