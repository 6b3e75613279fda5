"""One server whose worker loads the packs beside this."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import Studio, start_studio

PACKS = Path(__file__).parent / "packs"


@pytest.fixture(scope="package")
def packs_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("plugins")
    shutil.copytree(PACKS, folder / "packs")
    (folder / "listed").mkdir()
    (folder / "listed" / "first.txt").write_text("one")
    (folder / "elsewhere" / "chk").mkdir(parents=True)
    (folder / "elsewhere" / "chk" / "far.safetensors").write_bytes(b"12345")
    (folder / "paths.yaml").write_text("there:\n  base_path: elsewhere\n  checkpoints: chk\n  custom_nodes: ../packs\n")
    os.environ["EVERYTHING_FOLDER"] = str(folder / "listed")
    os.environ["EVERYTHING_API_KEY"] = "canary"
    started = start_studio(folder, "--extra-model-paths-config", str(folder / "paths.yaml"))
    yield started
    assert started.stop() == 0, started.output.read_text()[-3000:]
