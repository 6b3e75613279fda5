"""``extra_model_paths.yaml``: where another installation keeps its models and custom nodes."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LEGACY = {"unet": "diffusion_models", "clip": "text_encoders"}
CUSTOM_NODES = "custom_nodes"

Folders = Mapping[str, tuple[Path, ...]]


class ModelPathsError(ValueError):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class ModelPaths:
    """Folders by kind of model: those to look in ``first``, and those ``after`` our own; and folders of packs."""

    first: Folders = field(default_factory=dict[str, tuple[Path, ...]])
    after: Folders = field(default_factory=dict[str, tuple[Path, ...]])
    custom_nodes: tuple[Path, ...] = ()

    @staticmethod
    def joined(many: Iterable["ModelPaths"]) -> "ModelPaths":
        """The folders of all, in order."""
        first: dict[str, tuple[Path, ...]] = {}
        after: dict[str, tuple[Path, ...]] = {}
        packs: tuple[Path, ...] = ()
        for one in many:
            for into, given in ((first, one.first), (after, one.after)):
                for kind, paths in given.items():
                    into[kind] = tuple(dict.fromkeys((*into.get(kind, ()), *paths)))
            packs = tuple(dict.fromkeys((*packs, *one.custom_nodes)))
        return ModelPaths(first, after, packs)


def read_model_paths(file: Path) -> ModelPaths:
    """Read a file of sections: ``base_path``, ``is_default``, and kind → folders, one a line. Raises ModelPathsError.

    ``~`` and ``$VARS`` are filled in; paths are relative to ``base_path``, and that to the file.
    """
    try:
        stated: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise ModelPathsError(f"{file} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        raise ModelPathsError(f"{file} is no YAML: {error}.") from error
    if stated is None:
        return ModelPaths()
    if not isinstance(stated, Mapping):
        raise ModelPathsError(f"{file} holds no sections. Write a name, a colon, and indented folders below it.")
    home = file.resolve().parent
    return ModelPaths.joined(_section(name, section, home, file) for name, section in stated.items())


def _section(name: Any, section: Any, home: Path, file: Path) -> ModelPaths:
    if section is None:
        return ModelPaths()
    if not isinstance(section, Mapping):
        raise ModelPathsError(f"In {file}, the section {name} holds no folders. Indent them below it.")
    base = _path(section["base_path"], home) if section.get("base_path") else home
    folders: dict[str, tuple[Path, ...]] = {}
    for key, lines in section.items():
        if key in ("base_path", "is_default") or lines is None:
            continue
        kind = LEGACY.get(str(key), str(key))
        paths = [_path(line.strip(), base) for line in str(lines).split("\n") if line.strip()]
        folders[kind] = tuple(dict.fromkeys((*folders.get(kind, ()), *paths)))
    packs = folders.pop(CUSTOM_NODES, ())
    if section.get("is_default"):
        return ModelPaths(folders, {}, packs)
    return ModelPaths({}, folders, packs)


def _path(text: Any, base: Path) -> Path:
    return Path(os.path.normpath(base / Path(os.path.expandvars(str(text))).expanduser()))
