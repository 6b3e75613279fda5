"""Where things lie: the data folder and the model folders, as one value that the composition roots build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from graph_engine.files.jail import Jail, PathRefused
from graph_engine.files.names import NameRefused, parts_of
from graph_engine.spec.node import Catalogue, FileWidget, InputSpec, NodeSpec
from graph_engine.validate.messages import problem

DATA_ROOTS = ("output", "input", "temp")


@dataclass(frozen=True)
class Folders:
    """``data`` holds ``output/ input/ temp/ logs/`` and the database; each of ``models`` holds a folder a kind.

    ``first_models`` and ``extra_models`` name further folders for a kind, looked in before and after those.
    Implements ``FileLookup`` for validation.
    """

    data: Path
    models: tuple[Path, ...] = ()
    extra_models: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])
    output_folder: Path | None = None
    first_models: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])

    @property
    def output(self) -> Path:
        """Saved results: ``output_folder`` where one is named."""
        return self.output_folder or self.data / "output"

    @property
    def input(self) -> Path:
        """Uploaded files."""
        return self.data / "input"

    @property
    def temp(self) -> Path:
        """Previews; emptied at start."""
        return self.data / "temp"

    @property
    def workflows(self) -> Path:
        """Workflows saved by name."""
        return self.data / "workflows"

    @property
    def published(self) -> Path:
        """Sub-graphs published by name."""
        return self.data / "library"

    @property
    def thumbnails(self) -> Path:
        """Small likenesses of pictures; may be deleted at any time."""
        return self.data / "thumbnails"

    @property
    def drafts(self) -> Path:
        """What is open and unsaved in browsers."""
        return self.data / "drafts"

    @property
    def logs(self) -> Path:
        """The server's rotating log."""
        return self.data / "logs"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "noiseloom.db"

    @property
    def lock(self) -> Path:
        """Held by the one server of this data folder."""
        return self.data / "server.lock"

    @property
    def ballast(self) -> Path:
        """Space to give up when the disk is full."""
        return self.data / "ballast"

    def create(self) -> None:
        """Make the data folders, readable by their owner only. Raises OSError."""
        for folder in (
            self.data,
            self.output,
            self.input,
            self.temp,
            self.workflows,
            self.published,
            self.drafts,
            self.logs,
        ):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @cached_property
    def jail(self) -> Jail:
        """The jail over ``output``, ``input`` and ``temp``."""
        return Jail({"output": self.output, "input": self.input, "temp": self.temp})

    def model_kinds(self) -> list[str]:
        """The kinds of model that there is a folder for."""
        found = {*self.extra_models, *self.first_models}
        for folder in self.models:
            if folder.is_dir():
                found.update(item.name for item in folder.iterdir() if item.is_dir() and item.name[0] not in "._")
        return sorted(name for name in found if _is_one_name(name))

    def model_folders(self, kind: str) -> tuple[Path, ...]:
        """The folders that hold a kind, in the order they are looked through. Raises PathRefused."""
        return tuple(self._model_jail(kind).roots.values())

    def _folders_of(self, kind: str) -> list[Path]:
        usual = [folder / kind for folder in self.models]
        return [*self.first_models.get(kind, ()), *usual, *self.extra_models.get(kind, ())]

    def model_names(self, kind: str, extensions: Sequence[str] = ()) -> list[str]:
        """Names of the model files of a kind, over all its folders, without repetition. Raises PathRefused."""
        jail = self._model_jail(kind)
        return list(dict.fromkeys(name for root in jail.roots for name in jail.listing(root, extensions)))

    def model_path(self, kind: str, name: str) -> Path:
        """The model file ``name`` of a kind, from the first folder that has it. Raises PathRefused."""
        jail = self._model_jail(kind)
        for root in jail.roots:
            try:
                return jail.resolve(root, name)
            except PathRefused as refusal:
                if not refusal.missing:
                    raise
        raise PathRefused(problem("file.not_found", name=name, root=kind))

    def input_path(self, name: str) -> Path:
        """The input file ``name``; a trailing `` [output]`` or `` [temp]`` picks another root. Raises PathRefused."""
        root, plain = split_root(name)
        return self.jail.resolve(root, plain)

    def path_of(self, widget: FileWidget, name: str) -> Path:
        """The file that a file widget's value names. Raises PathRefused."""
        return self.input_path(name) if widget.root == "input" else self.model_path(widget.folder, name)

    def has(self, widget: FileWidget, name: str) -> bool:
        """Whether a file widget may hold ``name`` now. Never raises."""
        if widget.extensions and not split_root(name)[1].lower().endswith(widget.extensions):
            return False
        try:
            self.path_of(widget, name)
        except PathRefused:
            return False
        return True

    def choices(self, widget: FileWidget) -> tuple[str, ...]:
        """The names to offer for a file widget now."""
        if widget.root == "input":
            return tuple(self.jail.listing("input", widget.extensions))
        return tuple(self.model_names(widget.folder, widget.extensions))

    def with_choices(self, catalogue: Catalogue) -> dict[str, NodeSpec]:
        """The catalogue with every file widget's choices filled in as the folders are now; lists each folder once."""
        known: dict[FileWidget, FileWidget] = {}

        def filled(item: InputSpec) -> InputSpec:
            widget = item.widget
            if not isinstance(widget, FileWidget):
                return item
            if widget not in known:
                known[widget] = replace(widget, choices=self.choices(widget))
            return replace(item, widget=known[widget])

        return {
            type_id: replace(spec, inputs=tuple(filled(item) for item in spec.inputs))
            if any(isinstance(item.widget, FileWidget) for item in spec.inputs)
            else spec
            for type_id, spec in catalogue.items()
        }

    def to_json(self) -> dict[str, Any]:
        """The folders as plain values, for the worker's start message."""
        return {
            "data": str(self.data),
            "models": [str(path) for path in self.models],
            "extra_models": {kind: [str(path) for path in paths] for kind, paths in self.extra_models.items()},
            "first_models": {kind: [str(path) for path in paths] for kind, paths in self.first_models.items()},
            "output": str(self.output_folder) if self.output_folder else None,
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Folders":
        """The inverse of :meth:`to_json`."""
        return Folders(
            Path(value["data"]),
            tuple(Path(item) for item in value["models"]),
            {kind: tuple(Path(item) for item in paths) for kind, paths in value["extra_models"].items()},
            Path(value["output"]) if value.get("output") else None,
            {kind: tuple(Path(item) for item in paths) for kind, paths in value.get("first_models", {}).items()},
        )

    def _model_jail(self, kind: str) -> Jail:
        try:
            (plain,) = parts_of(kind)
        except (NameRefused, ValueError):
            raise PathRefused(problem("file.unknown_root", root=kind[:50], known=self.model_kinds())) from None
        roots = {f"{plain}#{index}" if index else plain: path for index, path in enumerate(self._folders_of(plain))}
        return Jail(roots, links=True)


def _is_one_name(text: str) -> bool:
    try:
        return len(parts_of(text)) == 1
    except NameRefused:
        return False


def split_root(name: str) -> tuple[str, str]:
    """``"x.png [output]"`` → ``("output", "x.png")``; without such an ending the root is ``input``."""
    for root in DATA_ROOTS:
        ending = f" [{root}]"
        if name.endswith(ending):
            return root, name.removesuffix(ending)
    return "input", name
