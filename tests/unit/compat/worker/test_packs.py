from pathlib import Path

from compat.comfyui.worker.packs import PackChoice, find_packs


def test_packs_are_folders_and_python_files_by_name(tmp_path: Path):
    for name in ("b_pack", "A_pack", "old.disabled", "__pycache__", ".git"):
        (tmp_path / name).mkdir()
    for name in ("single.py", "notes.txt", "gone.py.disabled", ".gitkeep"):
        (tmp_path / name).touch()
    found = [(pack.name, pack.state) for pack in find_packs(PackChoice([tmp_path, tmp_path / "nowhere"]))]
    assert found == [
        ("A_pack", "found"),
        ("b_pack", "found"),
        ("gone.py", "disabled"),
        ("old", "disabled"),
        ("single", "found"),
    ]


def test_only_named_packs_are_found_where_none_are_wanted(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    found = {pack.name: pack.state for pack in find_packs(PackChoice([tmp_path], none=True, allowed=("two",)))}
    assert found == {"one": "left_out", "two": "found"}


def test_packs_of_one_name_in_two_folders_are_two_modules(tmp_path: Path):
    for place in ("a.b", "c"):
        (tmp_path / place / "pack").mkdir(parents=True)
    first, second = find_packs(PackChoice([tmp_path / "a.b", tmp_path / "c"]))
    assert first.module_name != second.module_name and "." not in first.module_name
    assert first.module == second.module == "custom_nodes.pack"
