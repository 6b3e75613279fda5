"""Reads parity cases: a small network (or a piece of arithmetic), inputs, and the outputs a public code gives."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor


@dataclass(frozen=True)
class Case:
    """One folder of cases, as its README describes them."""

    folder: Path

    @cached_property
    def facts(self) -> dict:
        return json.loads((self.folder / "case.json").read_text(encoding="utf-8"))

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        return load_file(self.folder / "io.safetensors")

    @property
    def family(self) -> str:
        return self.facts["family"]

    def weights(self, prefix: str) -> dict[str, Tensor]:
        """The weights under a prefix, without it; those of base cases first."""
        found: dict[str, Tensor] = {}
        bases = self.facts.get("base_weights", [])
        files = [self.folder / base for base in ([bases] if isinstance(bases, str) else bases)]
        for file in [*files, self.folder / "weights.safetensors"]:
            loaded = load_file(file)
            found |= {name.removeprefix(prefix): tensor for name, tensor in loaded.items() if name.startswith(prefix)}
        return found

    def input(self, name: str) -> Tensor:
        return self.tensors["in." + name]

    def check(self, outputs: dict[str, Tensor], left_out: Sequence[str] = ()) -> None:
        """Compare outputs with the recorded ones, within the tolerance the case states for each.

        Every recorded output must be given, or match a pattern of `left_out`: what we do not implement yet.
        """
        tolerance = self.facts["tolerance"]
        recorded = {name.removeprefix("out.") for name in self.tensors if name.startswith("out.")}
        absent = {name for name in recorded - outputs.keys() if not any(fnmatch(name, p) for p in left_out)}
        failures = [f"{name}: not computed" for name in sorted(absent)]
        for name, got in outputs.items():
            want = self.tensors["out." + name]
            if not want.is_floating_point():
                if not torch.equal(got.to(want.dtype), want):
                    failures.append(f"{name}: integers differ")
                continue
            if got.shape != want.shape:
                failures.append(f"{name}: has shape {tuple(got.shape)}, not {tuple(want.shape)}")
                continue
            atol = tolerance.get("atol_per_output", {}).get(name, tolerance["atol"])
            excess = (got.float() - want).abs() - (atol + tolerance["rtol"] * want.abs())
            if not bool((excess <= 0).all()):
                failures.append(
                    f"{name}: off by up to {(got.float() - want).abs().max().item():.3g}, allowed {atol:.3g}"
                )
        assert outputs, "a case without outputs proves nothing"
        assert not failures, f"{self.folder.name}: " + "; ".join(failures)


def case_folders(folder: Path) -> list[Path]:
    """The case in a folder, or those in its subfolders; the folder itself when there is none, which then fails."""
    if (folder / "case.json").is_file():
        return [folder]
    return sorted(path for path in folder.glob("*/") if path.is_dir()) or [folder]


def open_case(folder: Path) -> Case:
    """Open a case; a folder without one is a mistake that must not look like success."""
    assert (folder / "case.json").is_file(), f"{folder} is no parity case: it holds no case.json"
    return Case(folder)
