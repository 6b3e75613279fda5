"""The files side of a node's context."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph_engine.files.folders import Folders
from graph_engine.files.outputs import ReservedOutput, reserve_output
from graph_engine.spec.context import OutputRoot


@dataclass(frozen=True)
class JailedFiles:
    """Implements :class:`graph_engine.spec.context.NodeFiles` over the folders."""

    folders: Folders

    def model(self, kind: str, name: str) -> Path:
        """See NodeFiles."""
        return self.folders.model_path(kind, name)

    def input(self, name: str) -> Path:
        """See NodeFiles."""
        return self.folders.input_path(name)

    def reserve_output(
        self,
        prefix: str,
        suffix: str,
        root: OutputRoot = "output",
        tokens: Mapping[str, str | int] | None = None,
    ) -> ReservedOutput:
        """See NodeFiles."""
        return reserve_output(self.folders.jail, root, prefix, suffix, tokens)
