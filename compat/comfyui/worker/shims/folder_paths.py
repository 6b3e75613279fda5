"""``folder_paths``: where files lie. Names that come from people pass the path jail, as everywhere."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from compat.comfyui.worker.shims.place import ShimPlace
from graph_engine.files.folders import Folders, split_root
from graph_engine.files.jail import Jail, PathRefused

LEGACY = {"unet": "diffusion_models", "clip": "text_encoders"}
SUFFIXES = frozenset({".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft"})
_NUMBERED = re.compile(r"_(\d+)_?(?:\..*)?$")

Entry = tuple[list[str], set[str]]


class ModelFolders(dict[str, Any]):
    """``name → ([folders], {suffixes})``, as packs read and change it. Old names lead to today's."""

    def __init__(self, folders: Folders) -> None:
        super().__init__()
        self._folders = folders
        for kind in folders.model_kinds():
            self[kind] = (self._of(kind), set(SUFFIXES))

    def _of(self, kind: str) -> list[str]:
        return [str(path) for path in self._folders.model_folders(kind)]

    def __missing__(self, kind: str) -> Any:
        today = LEGACY.get(kind)
        if today is not None and today in self:
            return self[today]
        raise KeyError(kind)

    def __contains__(self, kind: object) -> bool:
        return super().__contains__(kind) or (kind in LEGACY and super().__contains__(LEGACY[str(kind)]))

    def jail(self, kind: str) -> Jail:
        """The folders of a kind. Raises KeyError."""
        return Jail({str(index): Path(path) for index, path in enumerate(self[kind][0])}, links=True)


class Paths:
    """The functions of the module, over the worker's folders."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self.folder_names_and_paths = ModelFolders(folders)

    def get_output_directory(self) -> str:
        """Where results are saved."""
        return str(self._folders.output)

    def get_input_directory(self) -> str:
        """Where uploads are."""
        return str(self._folders.input)

    def get_temp_directory(self) -> str:
        """Where previews are; emptied at start."""
        return str(self._folders.temp)

    def get_user_directory(self) -> str:
        """A folder for settings of packs."""
        folder = self._folders.data / "user"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return str(folder)

    def get_directory_by_type(self, type_name: str) -> str | None:
        """The folder called ``output``, ``input`` or ``temp``; None for another name."""
        known = {"output": self._folders.output, "input": self._folders.input, "temp": self._folders.temp}
        return str(known[type_name]) if type_name in known else None

    def annotated_filepath(self, name: str) -> tuple[str, str | None]:
        """``"x.png [output]"`` → ``("x.png", folder)``; without such an ending the folder is None."""
        root, plain = split_root(name)
        return (plain, self.get_directory_by_type(root)) if plain != name else (name, None)

    def get_annotated_filepath(self, name: str, default_dir: str | None = None) -> str:
        """The path of an input file, which need not exist. Raises PathRefused for a name that leads out."""
        root, plain = split_root(name)
        if default_dir is not None and plain == name:
            return str(Jail({"folder": Path(default_dir)}).resolve("folder", plain, must_exist=False))
        return str(self._folders.jail.resolve(root, plain, must_exist=False))

    def exists_annotated_filepath(self, name: str) -> bool:
        """Whether there is such a file. Never raises."""
        root, plain = split_root(name)
        return self._folders.jail.exists(root, plain)

    def get_folder_paths(self, folder_name: str) -> list[str]:
        """The folders of a kind of model. Raises KeyError for an unknown kind."""
        return list(self.folder_names_and_paths[folder_name][0])

    def add_model_folder_path(self, folder_name: str, full_folder_path: str, is_default: bool = False) -> None:
        """Another folder for a kind of model; the default one is looked in first."""
        paths: list[str] = self.folder_names_and_paths.setdefault(folder_name, ([], set()))[0]
        if full_folder_path in paths:
            paths.remove(full_folder_path)
        paths.insert(0 if is_default else len(paths), full_folder_path)

    def get_filename_list(self, folder_name: str) -> list[str]:
        """The files of a kind of model, as they are now. Raises KeyError for an unknown kind."""
        jail = self.folder_names_and_paths.jail(folder_name)
        suffixes = sorted(self.folder_names_and_paths[folder_name][1])
        return sorted({name for root in jail.roots for name in jail.listing(root, suffixes)})

    def get_full_path(self, folder_name: str, filename: str) -> str | None:
        """The file, from the first folder that has it; None where there is none. Raises PathRefused for a bad name."""
        if folder_name not in self.folder_names_and_paths:
            return None
        jail = self.folder_names_and_paths.jail(folder_name)
        for root in jail.roots:
            try:
                return str(jail.resolve(root, filename))
            except PathRefused as refusal:
                if not refusal.missing:
                    raise
        return None

    def get_full_path_or_raise(self, folder_name: str, filename: str) -> str:
        """As :meth:`get_full_path`. Raises FileNotFoundError, with a sentence."""
        path = self.get_full_path(folder_name, filename)
        if path is None:
            raise FileNotFoundError(f"There is no file {filename} in the folder {folder_name}.")
        return path

    def get_save_image_path(
        self, filename_prefix: str, output_dir: str, image_width: int = 0, image_height: int = 0
    ) -> tuple[str, str, int, str, str]:
        """Folder, file name, next free number, sub-folder and prefix to save under. Raises PathRefused."""
        from datetime import datetime

        from graph_engine.files.outputs import expand_tokens

        prefix = expand_tokens(filename_prefix, {"width": image_width, "height": image_height}, datetime.now())
        first = Jail({"output": Path(output_dir)}).resolve("output", f"{prefix}_00001_", must_exist=False)
        folder, name = first.parent, first.name.removesuffix("_00001_")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        below = folder.relative_to(Path(output_dir).resolve()).as_posix()
        number = max(_numbers(folder, name), default=0) + 1
        return str(folder), name, number, "" if below == "." else below, prefix

    def get_input_subfolders(self) -> list[str]:
        """Folders below the input folder."""
        base = self._folders.input
        return sorted(Path(place).relative_to(base).as_posix() for place, _, _ in os.walk(base) if Path(place) != base)

    def filter_files_extensions(self, files: Iterable[str], extensions: Iterable[str]) -> list[str]:
        """The files that end in one of the suffixes."""
        wanted = {item.lower() for item in extensions}
        return sorted(file for file in files if not wanted or Path(file).suffix.lower() in wanted)

    def filter_files_content_types(self, files: Iterable[str], content_types: Iterable[str]) -> list[str]:
        """The files of these kinds (``image``, ``video``, ``audio`` …), by their suffix."""
        import mimetypes

        kinds = tuple(content_types)
        return [file for file in files if (mimetypes.guess_type(file)[0] or "").split("/")[0] in kinds]


def _numbers(folder: Path, name: str) -> Iterator[int]:
    for entry in os.scandir(folder):
        found = _NUMBERED.search(entry.name)
        if found is not None and entry.name[: found.start()].casefold() == name.casefold():
            yield int(found[1])


def members(place: ShimPlace) -> Mapping[str, Any]:
    """The module's functions and paths."""
    paths = Paths(place.folders)
    functions = {name: getattr(paths, name) for name in dir(Paths) if not name.startswith("_")}
    models = place.folders.models
    return {
        **functions,
        "folder_names_and_paths": paths.folder_names_and_paths,
        "supported_pt_extensions": set(SUFFIXES),
        "base_path": str(place.folders.data),
        "models_dir": str(models[0]) if models else str(place.folders.data / "models"),
        "output_directory": paths.get_output_directory(),
        "input_directory": paths.get_input_directory(),
        "temp_directory": paths.get_temp_directory(),
        "user_directory": str(place.folders.data / "user"),
    }
