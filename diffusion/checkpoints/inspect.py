"""What can be said of a model file without reading its weights: for `main.py inspect` and for people who ask."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from diffusion.checkpoints.detect import Detection, detect
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.folder import is_folder, open_folder
from diffusion.checkpoints.layout import layout_of
from diffusion.checkpoints.load import open_parts
from diffusion.checkpoints.model_file import ModelFile, open_file
from diffusion.checkpoints.opened import KeyReport, OpenedModel
from diffusion.checkpoints.opening.table import KINDS, kind_named
from diffusion.checkpoints.record import ModelRecord
from diffusion.checkpoints.weights import Weighted


@dataclass(frozen=True)
class PartFacts:
    """One network of a file: its name, class, number of parameters, bytes in the file and main type."""

    name: str
    network: str
    parameters: int
    nbytes: int
    dtype: str


@dataclass(frozen=True)
class Inspection:
    """What a file holds.

    Attributes:
        path: the file or folder.
        detection: what kind it is, and why.
        parts: its networks.
        record: what a sampler must know of it, or None.
        decided: how what shapes cannot tell was decided.
        notes: sentences for the person.
        problem: why it cannot be opened, or None.
        remedy: what to do about that.
        report: how its keys fit.
        dtypes: type → bytes stored in it.
        tensors, parameters: how many tensors, and numbers in them.
        metadata: the strings its author attached.
    """

    path: Path
    detection: Detection
    parts: tuple[PartFacts, ...] = ()
    record: ModelRecord | None = None
    decided: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None = None
    remedy: str | None = None
    report: KeyReport = field(default_factory=KeyReport)
    dtypes: Mapping[str, int] = field(default_factory=dict[str, int])
    tensors: int = 0
    parameters: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def whole(self) -> bool:
        """Whether it is of a known kind and every key is where it belongs."""
        report = self.report
        fits = not (report.missing or report.unexpected or report.misshapen)
        return self.detection.family is not None and self.problem is None and fits


def _networks(opened: OpenedModel) -> Iterator[tuple[str, Weighted[Any]]]:
    for name in ("denoiser", "vision", "control", "classifier", "prior"):
        weighted = getattr(opened, name)
        if weighted is not None:
            yield name, weighted
    if opened.autoencoder is not None:
        yield "autoencoder", opened.autoencoder.weighted
    for text in opened.text:
        yield f"text encoder {text.kind}", text.weighted
    yield from opened.parts.items()


def _part(name: str, weighted: Weighted[Any]) -> PartFacts:
    parameters = sum(tensor.numel() for tensor in weighted.network.state_dict().values())
    source = weighted.source
    dtype = str(source.dtype).removeprefix("torch.")
    return PartFacts(name, type(weighted.network).__name__, parameters, source.nbytes, dtype)


def _dtypes(file: ModelFile) -> dict[str, int]:
    totals: dict[str, int] = {}
    for name in file.shapes:
        dtype = str(file.store.dtype(name)).removeprefix("torch.")
        totals[dtype] = totals.get(dtype, 0) + file.store.nbytes(name)
    return dict(sorted(totals.items(), key=lambda item: -item[1]))


def _numbers(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return sum(math.prod(shape) for shape in shapes.values())


def inspect_file(path: Path) -> Inspection:
    """Tell what a model file or folder holds; of a safetensors file only the header is read.

    A file of a known kind that does not fit its networks is reported, not refused.

    Raises:
        CheckpointError: it is no model file, damaged or dangerous.
        FileNotFoundError: there is no such file.
    """
    file = open_folder(path) if is_folder(path) else open_file(path)
    detection = detect(layout_of(file), KINDS)
    found = Inspection(
        path,
        detection,
        dtypes=_dtypes(file),
        tensors=len(file.shapes),
        parameters=_numbers(file.shapes),
        metadata=file.metadata,
    )
    if detection.family is None:
        return found
    if not detection.supported:
        return replace(found, remedy=kind_named(detection.family).remedy)
    try:
        opened = open_parts(file, strict=False)
    except CheckpointError as error:
        return replace(found, problem=error.what, remedy=error.remedy)
    return replace(
        found,
        parts=tuple(_part(name, weighted) for name, weighted in _networks(opened)),
        record=opened.record,
        decided=opened.decided,
        notes=opened.notes,
        report=opened.report,
    )
