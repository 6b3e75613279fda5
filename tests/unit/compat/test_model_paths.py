from pathlib import Path

import pytest

from compat.comfyui.model_paths import ModelPaths, ModelPathsError, read_model_paths


def read(folder: Path, text: str) -> ModelPaths:
    (folder / "paths.yaml").write_text(text)
    return read_model_paths(folder / "paths.yaml")


def test_folders_are_read_by_kind_with_old_names_lines_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MODELS", "there")
    text = "one:\n  base_path: base\n  checkpoints: |\n    a\n    $MODELS/b\n  unet: u\n  diffusion_models: d\n"
    base = tmp_path / "base"
    assert read(tmp_path, text).after == {
        "checkpoints": (base / "a", base / "there" / "b"),
        "diffusion_models": (base / "u", base / "d"),
    }


def test_a_default_section_comes_first_and_packs_are_kept_apart(tmp_path: Path):
    found = read(tmp_path, "one:\n  is_default: true\n  loras: l\n  custom_nodes: packs\ntwo:\n  loras: m\n")
    assert found.first == {"loras": (tmp_path / "l",)} and found.after == {"loras": (tmp_path / "m",)}
    assert found.custom_nodes == (tmp_path / "packs",)


def test_an_empty_file_names_nothing(tmp_path: Path):
    assert read(tmp_path, "# nothing yet\n") == ModelPaths()


@pytest.mark.parametrize("text", ["- a\n- b\n", "one: [\n", "one: two\n"])
def test_another_shape_is_refused_with_the_file_named(tmp_path: Path, text: str):
    with pytest.raises(ModelPathsError, match=r"paths\.yaml"):
        read(tmp_path, text)
