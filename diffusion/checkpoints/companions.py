"""The files that hold what a checkpoint lacks, as its metadata names them; see `FileFacts.companions`."""

from collections.abc import Mapping
from pathlib import Path

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.facts import facts_from_metadata
from diffusion.checkpoints.header import read_header


def companions_of(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return folder of models → names in it; only the header is read, and only safetensors files have companions.

    Raises:
        CheckpointError: it is no model file, or its header is damaged.
        OSError: it cannot be read.
    """
    if identify(path) is not Container.SAFETENSORS:
        return {}
    return facts_from_metadata(read_header(path).metadata, path).companions
