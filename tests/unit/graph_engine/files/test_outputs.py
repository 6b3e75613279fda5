import threading
from datetime import datetime
from pathlib import Path

import pytest

from graph_engine.files.atomic import sweep_temporaries, write_atomic
from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from graph_engine.files.node_files import JailedFiles
from graph_engine.files.outputs import expand_tokens, reserve_output
from graph_engine.spec.node import ChoiceWidget, FileWidget, InputSpec, NodeSpec


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path / "data", (tmp_path / "models", tmp_path / "more"))
    folders.create()
    for place, name in (
        ("models", "a.safetensors"),
        ("models", "note.txt"),
        ("more", "sub/b.ckpt"),
        ("more", "a.safetensors"),
    ):
        path = tmp_path / place / "checkpoints" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    return folders


def test_numbers_follow_each_other_and_gaps_are_never_overwritten(folders: Folders):
    names: list[str] = []
    for _ in range(3):
        with reserve_output(folders.jail, "output", "picture", ".png") as file:
            file.write(b"x")
            names.append(file.path.name)
    assert names == ["picture_00001_.png", "picture_00002_.png", "picture_00003_.png"]
    (folders.output / names[0]).unlink()
    with reserve_output(folders.jail, "output", "picture", ".png") as file:
        file.write(b"new")
    assert (folders.output / names[1]).read_bytes() == b"x"
    assert len(list(folders.output.iterdir())) == 3


def test_an_unwritten_reservation_disappears(folders: Folders):
    with pytest.raises(ZeroDivisionError), reserve_output(folders.jail, "output", "a/b", ".png") as file:
        assert file.path.exists()
        raise ZeroDivisionError
    assert not file.path.exists()
    assert file.ui == {"filename": "b_00001_.png", "subfolder": "a", "type": "output"}


def test_many_threads_never_share_a_number(folders: Folders):
    names: list[str] = []

    def claim() -> None:
        names.extend(reserve_output(folders.jail, "output", "x", ".png").path.name for _ in range(25))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 100


def test_tokens_are_filled_in_and_unknown_ones_stay():
    now = datetime(2026, 3, 4, 5, 6, 7)
    text = expand_tokens(
        "%year%-%month%-%day%/%hour%%minute%%second%_%width%x%height%_%what%", {"width": 64, "height": 32}, now
    )
    assert text == "2026-03-04/050607_64x32_%what%"


@pytest.mark.parametrize("prefix", ["../x", "/var/x", "C:\\x", "a/../../x", "con/x", "%up%/x"])
def test_a_prefix_that_leads_away_writes_nothing(prefix: str, folders: Folders, tmp_path: Path):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PathRefused):
        JailedFiles(folders).reserve_output(prefix, ".png", tokens={"up": ".."}).write(b"x")
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_prefix_still_has_a_name(folders: Folders):
    assert JailedFiles(folders).reserve_output("", ".png", "temp").ui["filename"] == "image_00001_.png"


def test_a_failed_write_leaves_the_old_file_and_no_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a"
    write_atomic(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_leftovers_of_a_crash_are_swept(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".tmp-abc").write_bytes(b"half")
    (tmp_path / "keep").write_bytes(b"whole")
    assert sweep_temporaries(tmp_path, older_than_seconds=-1) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["keep", "sub"]


def test_model_files_are_found_in_every_folder_and_the_first_wins(folders: Folders):
    assert folders.model_names("checkpoints", (".safetensors", ".ckpt")) == ["a.safetensors", "sub/b.ckpt"]
    assert folders.model_path("checkpoints", "a.safetensors").read_text() == "models"
    assert folders.model_path("checkpoints", "sub\\b.ckpt").read_text() == "more"
    assert folders.model_kinds() == ["checkpoints"]
    for kind, name in (("checkpoints", "../../data/x"), ("../data", "x"), ("checkpoints", "none")):
        with pytest.raises(PathRefused):
            folders.model_path(kind, name)


def test_input_names_may_point_at_outputs(folders: Folders):
    (folders.output / "x.png").write_bytes(b"")
    widget = FileWidget(root="input", extensions=(".png",))
    assert folders.has(widget, "x.png [output]")
    assert not folders.has(widget, "x.png")
    assert not folders.has(widget, "../output/x.png")


def test_a_catalogue_is_filled_with_the_files_there_are_now(folders: Folders):
    widget = FileWidget(root="models", folder="checkpoints", extensions=(".ckpt",))
    spec = NodeSpec(
        id="L",
        title="L",
        category="t",
        inputs=(
            InputSpec(name="a", type="COMBO", widget=widget),
            InputSpec(name="b", type="COMBO", widget=ChoiceWidget(choices=("x",))),
        ),
    )
    filled = folders.with_choices({"L": spec})["L"].inputs[0].widget
    assert isinstance(filled, FileWidget)
    assert filled.choices == ("sub/b.ckpt",)
    assert Folders.from_json(folders.to_json()) == folders
