"""Which packs of custom nodes there are, and which of them are to be loaded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

PackState = Literal["found", "loaded", "failed", "disabled", "left_out"]

DISABLED = ".disabled"


@dataclass
class Pack:
    """A file or folder of custom nodes, and what became of it.

    ``cause`` is a sentence for people, ``details`` a traceback. ``notes`` says of single nodes why they are missing.
    """

    name: str
    path: Path
    state: PackState = "found"
    nodes: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    cause: str = ""
    details: str = ""
    notes: list[str] = field(default_factory=list[str])

    @property
    def module(self) -> str:
        """How the origin of its nodes is written."""
        return f"custom_nodes.{self.name}"

    @property
    def module_name(self) -> str:
        """The name its module is imported under: its path, so that packs of one name in two folders stay apart."""
        path = self.path.with_suffix("") if self.path.is_file() else self.path
        return str(path).replace(".", "_x_")

    def to_json(self) -> dict[str, Any]:
        """The pack as plain values."""
        return {
            "name": self.name,
            "path": str(self.path),
            "state": self.state,
            "nodes": list(self.nodes),
            "seconds": self.seconds,
            "cause": self.cause,
            "details": self.details,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class PackChoice:
    """``folders`` to look in; with ``none`` only those named in ``allowed`` are loaded."""

    folders: Sequence[Path]
    none: bool = False
    allowed: Collection[str] = ()

    @staticmethod
    def from_settings(settings: Mapping[str, Any]) -> "PackChoice":
        """From the plain values that a worker is started with."""
        folders = [Path(item) for item in settings.get("folders", ())]
        return PackChoice(folders, bool(settings.get("none")), tuple(settings.get("allowed", ())))


def find_packs(choice: PackChoice) -> list[Pack]:
    """Every pack in the folders, each folder by name. Folders that are not there hold none."""
    found: list[Pack] = []
    for folder in dict.fromkeys(choice.folders):
        for path in _entries(folder):
            pack = Pack(path.stem if path.is_file() else path.name, path)
            if path.name.endswith(DISABLED):
                pack.name, pack.state = path.name.removesuffix(DISABLED), "disabled"
            elif choice.none and path.name not in choice.allowed and pack.name not in choice.allowed:
                pack.state = "left_out"
            found.append(pack)
    return found


def _entries(folder: Path) -> Iterable[Path]:
    try:
        entries = sorted(folder.resolve().iterdir(), key=lambda item: (item.name.casefold(), item.name))
    except OSError:
        return
    for path in entries:
        name = path.name.removesuffix(DISABLED)
        if name.startswith((".", "__")):
            continue
        if path.is_dir() or name.endswith(".py"):
            yield path
