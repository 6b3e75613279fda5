"""Opens a model file: recognises it, builds its networks on the meta device, and says where the weights are."""

from dataclasses import replace
from pathlib import Path

from diffusion.checkpoints.detect import Detection, detect
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.folder import is_folder, open_folder
from diffusion.checkpoints.keys.taesd import map_taesd_keys
from diffusion.checkpoints.layout import layout_of
from diffusion.checkpoints.model_file import ModelFile, joined, open_file
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.table import KINDS, kind_named


def open_model(path: Path, *, kind: str | None = None, strict: bool = True) -> OpenedModel:
    """Open a model file, whatever it holds.

    Only the header is read from a safetensors file; weights are read when a part is put to work.

    Args:
        path: safetensors, or a torch file, which is read without running anything in it; a shard or an index of either;
            a diffusers folder, its model_index.json, or the folder of one part.
        kind: the name of a `Kind`, to open the file as that one, whatever it seems to be.
        strict: refuse a file whose keys are not exactly its networks'; else say so in the report.

    Raises:
        CheckpointError: the file is damaged, dangerous, of no known kind, or incomplete.
        FileNotFoundError: there is no such file.
    """
    file = open_folder(path) if is_folder(path) else with_other_half(open_file(path))
    return open_parts(file, kind=kind, strict=strict)


def with_other_half(file: ModelFile) -> ModelFile:
    """Return a small autoencoder's decoder together with its encoder, or the reverse, where that lies beside it."""
    halves = ("encoder", "decoder")
    own = next((half for half in halves if file.path.stem.endswith(f"_{half}")), None)
    if own is None or not any(name.startswith(f"{own}.") for name in map_taesd_keys(file.shapes)):
        return file
    other = halves[1 - halves.index(own)]
    beside = file.path.with_name(f"{file.path.stem.removesuffix(own)}{other}{file.path.suffix}")
    if not beside.is_file():
        return file
    return joined(file.path, {f"taesd_{own}.": file, f"taesd_{other}.": open_file(beside)})


def open_parts(file: ModelFile, *, kind: str | None = None, strict: bool = True) -> OpenedModel:
    """Recognise a file and build its networks; see `open_model`.

    Works from names and shapes alone (`file_of_shapes`).
    """
    layout = layout_of(file)
    if kind is None:
        detection = detect(layout, KINDS)
    else:
        named = kind_named(kind)
        detection = Detection(named.name, named.title, named.open is not None, (f"it was opened as {kind}",))
    found = next((each for each in KINDS if each.name == detection.family), None)
    if found is None or found.open is None:
        raise CheckpointError(
            f"This file cannot be opened as a model ({detection.title}). Found: {'; '.join(detection.why)}",
            where=file.path,
            remedy=(found and found.remedy) or "`main.py inspect` tells more; choose a file of a supported family.",
        )
    opening = Opening(file, detection, layout, strict=strict)
    opened = found.open(opening)
    report = opening.report()
    unread = f"{len(report.unknown)} tensors of no known use were left unread"
    notes = (*opening.notes, unread) if report.unknown else tuple(opening.notes)
    companions = file.facts.companions
    elsewhere = [f"what it lacks is in models/{folder}: {', '.join(names)}" for folder, names in companions.items()]
    return replace(
        opened,
        companions=companions,
        decided=(*opened.decided, *opening.decided, *elsewhere),
        notes=(*opened.notes, *notes),
        report=report,
    )
