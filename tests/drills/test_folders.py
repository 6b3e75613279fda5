"""Folders that cannot be written: a sentence that names them, nothing lost, no 500."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import Studio, picture_graph, slow_graph, start_studio
from tests.contract.test_life import launch


def read_only(path: Path) -> None:
    """As a read-only disk is seen (root writes where a mode forbids it, so a mode alone proves nothing)."""
    for words in (["--bind", str(path), str(path)], ["-o", "remount,bind,ro", str(path)]):
        if subprocess.run(["mount", *words], capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")


def writable(path: Path) -> None:
    subprocess.run(["umount", "-l", str(path)], capture_output=True, check=False)


needs_root = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a read-only mount needs root")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Studio]:
    started = start_studio(tmp_path)
    yield started
    assert started.stop() == 0


@needs_root
def test_a_read_only_output_folder_fails_the_job_with_its_name_and_nothing_else(server: Studio) -> None:
    done = server.run(picture_graph(colour=1))
    output = server.data / "output"
    read_only(output)
    try:
        job = server.run(picture_graph(colour=2))
        assert job["state"] == "failed" and job["problems"][0]["node"] == "2"
        assert "output" in job["problems"][0]["message"] or "Read-only" in job["problems"][0]["message"]
        assert server.run(picture_graph(colour=3, node="PreviewImage"))["state"] == "succeeded"
        assert server.get(done["outputs"]["2"]["images"][0]["url"]).status == 200
    finally:
        writable(output)
    assert server.run(picture_graph(colour=2))["state"] == "succeeded"


@needs_root
def test_models_may_be_read_only(tmp_path: Path) -> None:
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    (tmp_path / "models" / "embeddings").mkdir()
    read_only(tmp_path / "models")
    try:
        server = start_studio(tmp_path)
        assert server.run(picture_graph())["state"] == "succeeded"
        assert server.stop() == 0
    finally:
        writable(tmp_path / "models")


@needs_root
def test_a_read_only_data_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = start_studio(tmp_path, wait=False)
    done = first.submit(slow_graph(steps=1))
    assert first.stop() == 0
    read_only(data)
    try:
        refused = launch("--port", "0", "--data-dir", str(data))
        assert refused.returncode == 1 and str(data) in refused.stderr and "Traceback" not in refused.stderr
    finally:
        writable(data)
    again = start_studio(tmp_path)
    assert again.wait(done["id"])["state"] == "succeeded"
    assert again.stop() == 0
