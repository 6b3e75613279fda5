"""The opening of one file: builds its parts, and keeps account of which keys found their place."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from torch import nn

from diffusion.checkpoints.detect import Detection
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.reading import ShapeError, Shapes
from diffusion.checkpoints.layout import Layout, layout_of
from diffusion.checkpoints.model_file import ModelFile
from diffusion.checkpoints.opened import KeyReport
from diffusion.checkpoints.recipe import Keys, taken
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.blueprint import on_meta

NetworkT = TypeVar("NetworkT", bound=nn.Module)

_REMEDY = "The file is incomplete or of a kind that is not supported; choose another one."


class Opening:
    """What an opener works with.

    Attributes:
        file: the file.
        detection: what it was recognised as.
        layout: where its parts are.
        strict: whether a part that does not fit is refused; else it is only reported (`main.py inspect`).
        decided, notes: an opener appends its sentences here; see `OpenedModel`.
    """

    def __init__(
        self, file: ModelFile, detection: Detection, layout: Layout | None = None, *, strict: bool = True
    ) -> None:
        self.file = file
        self.detection = detection
        self.layout = layout or layout_of(file)
        self.strict = strict
        self.decided: list[str] = []
        self.notes: list[str] = []
        self._taken: set[str] = set()
        self._orphans: set[str] = set()
        self._missing: list[str] = []
        self._unexpected: list[str] = []
        self._misshapen: list[str] = []

    def part(
        self, name: str, keys: Keys, build: Callable[[Shapes], NetworkT], *, title: str = ""
    ) -> Weighted[NetworkT]:
        """Build one part on the meta device and tie it to its weights.

        Args:
            name: short and of its own within the file, such as "unet": it becomes part of the identity.
            keys: name in the network → name in the file.
            build: makes the network from the part's shapes under the network's names; called on the meta device.
            title: what people call it; by default the name.

        Raises:
            CheckpointError: no network of that shape can be built, or (when strict) keys are missing or left over.
        """
        title = title or name
        takes = taken(keys)
        shapes = {
            ours: take.shape([tuple(self.file.shapes[theirs]) for theirs in take.names]) for ours, take in takes.items()
        }
        self._taken.update(theirs for take in takes.values() for theirs in take.names)
        try:
            with on_meta():
                network = build(shapes)
        except (ShapeError, ValueError, IndexError, RuntimeError, ZeroDivisionError) as error:
            raise CheckpointError(
                f"The {title} in this file is not one that can be built: {error}", where=self.file.path, remedy=_REMEDY
            ) from error
        self._compare(network, shapes, name, title)
        network.requires_grad_(False).eval()
        return Weighted(network, self.file.source(keys), f"{self.file.identity}#{name}")

    def leave(self, names: Iterable[str]) -> None:
        """Say which names are known to be of no use to inference."""
        self._orphans.update(names)

    def leave_matching(self, pattern: re.Pattern[str]) -> None:
        """Say that every name the pattern matches in full is of no use to inference, unless a part has taken it."""
        self._orphans.update(name for name in self.file.shapes if name not in self._taken and pattern.fullmatch(name))

    def report(self) -> KeyReport:
        """Return how the keys fit so far."""
        known = self._taken | self._orphans
        return KeyReport(
            missing=tuple(self._missing),
            unexpected=tuple(self._unexpected),
            misshapen=tuple(self._misshapen),
            orphans=tuple(sorted(self._orphans)),
            unknown=tuple(name for name in self.file.shapes if name not in known),
        )

    def _compare(self, network: nn.Module, shapes: Shapes, name: str, title: str) -> None:
        wanted = {ours: tuple(tensor.shape) for ours, tensor in network.state_dict().items()}
        missing = sorted(wanted.keys() - shapes.keys())
        extra = sorted(shapes.keys() - wanted.keys())
        wrong = [
            f"{ours} is {shapes[ours]}, not {shape}"
            for ours, shape in wanted.items()
            if ours in shapes and tuple(shapes[ours]) != shape
        ]
        self._missing += [f"{name}: {key}" for key in missing]
        self._unexpected += [f"{name}: {key}" for key in extra]
        self._misshapen += [f"{name}: {sentence}" for sentence in wrong]
        if not self.strict:
            return
        for problem, found in (("lacks", missing), ("has also", extra), ("has the wrong shape for", wrong)):
            if found:
                listed = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
                raise CheckpointError(
                    f"The {title} in this file does not fit: it {problem} {listed}",
                    where=self.file.path,
                    remedy=_REMEDY,
                )
