from pathlib import Path
from typing import Any

import pytest

from compat.comfyui.worker.shims.folder_paths import Paths
from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    models = tmp_path / "models"
    for kind in ("checkpoints", "diffusion_models"):
        (models / kind).mkdir(parents=True)
    (models / "checkpoints" / "sub").mkdir()
    (models / "checkpoints" / "sub" / "a.safetensors").write_bytes(b"1")
    (tmp_path / "secret.safetensors").write_bytes(b"2")
    folders = Folders(tmp_path / "data", (models,))
    folders.create()
    return Paths(folders)


def test_files_of_a_kind_are_listed_and_found(paths: Paths, tmp_path: Path):
    assert paths.get_filename_list("checkpoints") == ["sub/a.safetensors"]
    found = paths.get_full_path("checkpoints", "sub/a.safetensors")
    assert found == str(tmp_path / "models" / "checkpoints" / "sub" / "a.safetensors")
    assert paths.get_full_path("checkpoints", "b.safetensors") is None
    with pytest.raises(FileNotFoundError, match=r"b\.safetensors"):
        paths.get_full_path_or_raise("checkpoints", "b.safetensors")


@pytest.mark.parametrize("name", ["../../secret.safetensors", "/etc/passwd", "C:\\x", "sub/../../x"])
def test_a_name_that_leads_out_is_refused(paths: Paths, name: str):
    with pytest.raises(PathRefused):
        paths.get_full_path("checkpoints", name)
    with pytest.raises(PathRefused):
        paths.get_annotated_filepath(name)
    with pytest.raises(PathRefused):
        paths.get_save_image_path(name, paths.get_output_directory())


def test_packs_add_folders_by_function_and_by_changing_the_table(paths: Paths, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.bin").write_bytes(b"3")
    paths.add_model_folder_path("mine", str(tmp_path / "mine"))
    assert paths.get_filename_list("mine") == ["x.bin"]
    table: Any = paths.folder_names_and_paths
    table["other"] = ([str(tmp_path / "mine")], {".txt"})
    assert paths.get_filename_list("other") == []


def test_old_names_lead_to_todays_folders(paths: Paths):
    assert "unet" in paths.folder_names_and_paths
    assert paths.get_folder_paths("unet") == paths.get_folder_paths("diffusion_models")


def test_an_ending_in_brackets_picks_the_folder(paths: Paths):
    assert paths.annotated_filepath("x.png [output]") == ("x.png", paths.get_output_directory())
    assert paths.annotated_filepath("x.png") == ("x.png", None)


def test_a_place_to_save_has_the_next_free_number(paths: Paths):
    output = paths.get_output_directory()
    folder, name, number, subfolder, prefix = paths.get_save_image_path("a/b_%width%", output, 64, 32)
    assert (name, number, subfolder, prefix) == ("b_64", 1, "a", "a/b_64")
    (Path(folder) / "b_64_00004_.png").touch()
    assert paths.get_save_image_path("a/b_64", output)[2] == 5
