"""What packs bring to the page: a folder `web` with a manifest `extension.json`, served as it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph_engine.files.jail import Jail, PathRefused
from graph_engine.files.json_text import read_json

API = 1
"""The version of the page's interface to extensions."""
MANIFEST = "extension.json"
MANIFEST_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Extension:
    """One pack's front end. ``entry`` and ``style`` are names below its folder; ``problem`` says why it cannot load."""

    name: str
    title: str
    api: int = API
    entry: str = "extension.js"
    style: str | None = None
    enabled: bool = True
    problem: str = ""


@dataclass(frozen=True)
class Extensions:
    """The front ends of packs: ``folders`` maps a pack's name to its ``web`` folder."""

    folders: Mapping[str, Path] = field(default_factory=dict[str, Path])

    @property
    def jail(self) -> Jail:
        """Guards every name below the folders. Links lead nowhere outside."""
        return Jail(self.folders)

    def found(self) -> Iterator[Extension]:
        """Read the manifests (file access: call it off the event loop). A bad one is listed with its problem."""
        for name, folder in sorted(self.folders.items()):
            try:
                yield _read(name, folder, self.jail)
            except (OSError, ValueError) as bad:
                why = bad.strerror if isinstance(bad, OSError) else bad
                yield Extension(name=name, title=name, problem=f"{name}/web/{MANIFEST}: {why}")


def _read(name: str, folder: Path, jail: Jail) -> Extension:
    with (folder / MANIFEST).open("rb") as file:
        text = file.read(MANIFEST_BYTES + 1)
    if len(text) > MANIFEST_BYTES:
        raise ValueError(f"larger than {MANIFEST_BYTES} bytes.")
    value: Any = read_json(text)
    if not isinstance(value, dict):
        raise ValueError("not an object.")
    stated: dict[str, Any] = {str(key): item for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    api = stated.get("api")
    if not isinstance(api, int) or isinstance(api, bool) or api < 1:
        raise ValueError('"api" must be a whole number: the version of the interface it was written for.')
    found = Extension(
        name=name,
        title=_text(stated, "title", name),
        api=api,
        entry=_text(stated, "entry", "extension.js"),
        style=_text(stated, "style", "") or None,
        enabled=stated.get("enabled", True) is not False,
    )
    for file in (found.entry, found.style):
        if file is not None and not _there(jail, name, file):
            raise ValueError(f"there is no file {file!r} beside it.")
    return found


def _text(stated: Mapping[str, Any], key: str, otherwise: str) -> str:
    value = stated.get(key, otherwise)
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError(f'"{key}" must be a text of at most 200 characters.')
    return value


def _there(jail: Jail, root: str, name: str) -> bool:
    try:
        jail.resolve(root, name)
    except PathRefused:
        return False
    return True
