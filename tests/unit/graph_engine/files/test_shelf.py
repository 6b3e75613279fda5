import os
import threading
from pathlib import Path

import pytest

from graph_engine.files.jail import PathRefused
from graph_engine.files.shelf import KEPT_VERSIONS, Conflict, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "workflows").mkdir()
    return Shelf(tmp_path / "workflows")


def test_what_is_saved_is_read_and_listed(shelf: Shelf) -> None:
    shelf.save("portraits/first", b"{}", None)
    assert shelf.read("portraits/first") == b"{}"
    assert [entry.name for entry in shelf.entries()] == ["portraits/first"]


def test_a_save_from_another_state_than_the_present_one_is_refused_and_changes_nothing(shelf: Shelf) -> None:
    first = shelf.save("a", b"1", None)
    shelf.save("a", b"2", first)
    with pytest.raises(Conflict) as conflict:
        shelf.save("a", b"3", first)
    assert shelf.read("a") == b"2"
    shelf.save("a", b"3", conflict.value.revision)


def test_a_name_that_is_taken_is_not_overwritten_by_a_new_document(shelf: Shelf) -> None:
    shelf.save("a", b"1", None)
    with pytest.raises(Conflict):
        shelf.save("a", b"2", None)


def test_what_a_save_replaces_is_kept_as_a_version_up_to_a_limit(shelf: Shelf) -> None:
    revision = shelf.save("a", b"0", None)
    for number in range(1, KEPT_VERSIONS + 11):
        revision = shelf.save("a", str(number).encode(), revision)
    versions = shelf.versions("a")
    assert len(versions) == KEPT_VERSIONS
    assert shelf.read_version("a", versions[0].number) == str(KEPT_VERSIONS + 9).encode()


def test_saving_the_same_again_makes_no_version(shelf: Shelf) -> None:
    revision = shelf.save("a", b"1", None)
    shelf.save("a", b"1", revision)
    assert shelf.versions("a") == []


def test_a_deleted_document_comes_back_from_the_trash(shelf: Shelf) -> None:
    shelf.save("a", b"1", None)
    token = shelf.delete("a")
    assert shelf.entries() == []
    shelf.restore(token, "a again")
    assert shelf.read("a again") == b"1"


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", "", "con", "a:b", "x\x00", ".trash/a", "a/.b"])
def test_a_name_that_leads_out_is_refused_everywhere(shelf: Shelf, name: str) -> None:
    for deed in (
        lambda: shelf.read(name),
        lambda: shelf.save(name, b"", None),
        lambda: shelf.delete(name),
        lambda: shelf.versions(name),
    ):
        with pytest.raises(PathRefused):
            deed()


@pytest.mark.parametrize("token", ["../x", "1-../x", "5", "", "1-a/b"])
def test_only_trash_can_be_restored(shelf: Shelf, token: str) -> None:
    with pytest.raises(PathRefused):
        shelf.restore(token, "a")


def test_names_with_the_same_ending_keep_their_own_versions(shelf: Shelf) -> None:
    for folder in ("x", "y"):
        revision = shelf.save(f"{folder}/a", folder.encode(), None)
        shelf.save(f"{folder}/a", b"new", revision)
    assert shelf.read_version("x/a", 1) == b"x"
    assert shelf.read_version("y/a", 1) == b"y"


def test_of_many_saves_from_one_state_exactly_one_wins(shelf: Shelf) -> None:
    revision = shelf.save("a", b"0", None)
    won: list[int] = []

    def save(number: int) -> None:
        try:
            shelf.save("a", str(number).encode(), revision)
            won.append(number)
        except Conflict:
            pass

    threads = [threading.Thread(target=save, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert shelf.read("a") == str(won[0]).encode()


def test_a_save_that_cannot_be_written_leaves_the_old_document(shelf: Shelf, tmp_path: Path) -> None:
    revision = shelf.save("a", b"old", None)
    if os.geteuid() == 0:
        (tmp_path / "workflows" / ".versions").write_bytes(b"in the way")
    else:
        (tmp_path / "workflows").chmod(0o500)
    with pytest.raises(OSError):
        shelf.save("a", b"new", revision)
    (tmp_path / "workflows").chmod(0o700)
    assert shelf.read("a") == b"old"


def test_a_name_that_is_taken_is_told_from_a_change_in_between(shelf: Shelf) -> None:
    shelf.save("a", b"1", None)
    shelf.save("b", b"1", None)
    for deed, taken in (
        (lambda: shelf.save("a", b"2", None), True),
        (lambda: shelf.move("a", "b"), True),
        (lambda: shelf.save("a", b"2", "of another day"), False),
    ):
        with pytest.raises(Conflict) as conflict:
            deed()
        assert conflict.value.taken is taken


def test_a_document_moved_to_a_name_that_has_versions_brings_its_own_behind_them(shelf: Shelf) -> None:
    shelf.save("a", b"2", shelf.save("a", b"1", None))
    shelf.delete("a")
    shelf.save("b", b"4", shelf.save("b", b"3", None))
    shelf.move("b", "a")
    assert shelf.read("a") == b"4"
    assert [shelf.read_version("a", item.number) for item in shelf.versions("a")] == [b"3", b"1"]
    assert shelf.versions("b") == []


def test_the_trash_tells_the_whole_name_with_its_folder(shelf: Shelf) -> None:
    name = "portraits/kept/" + "a long name " * 8 + "end"
    shelf.save(name, b"1", None)
    token = shelf.delete(name)
    assert [item.name for item in shelf.trash()] == [name]
    shelf.restore(token, name)
    assert [entry.name for entry in shelf.entries()] == [name]
    assert shelf.trash() == []


def test_what_was_deleted_before_names_were_kept_has_the_last_part_of_its_own(shelf: Shelf, tmp_path: Path) -> None:
    shelf.save("portraits/first", b"1", None)
    token = shelf.delete("portraits/first")
    kept = tmp_path / "workflows/.trash" / f"{token}.name"
    kept.write_text("another/name")
    assert [item.name for item in shelf.trash()] == ["first"]
    kept.unlink()
    assert [item.name for item in shelf.trash()] == ["first"]


def test_a_thumbnail_goes_to_the_trash_and_comes_back_with_its_document(shelf: Shelf) -> None:
    shelf.save("a", b"1", None)
    shelf.keep_thumbnail("a", b"picture")
    token = shelf.delete("a")
    shelf.save("a", b"another", None)
    assert shelf.thumbnail("a") is None
    shelf.restore(token, "b")
    shown = shelf.thumbnail("b")
    assert shown is not None and shown.read_bytes() == b"picture"
    assert shelf.trash() == []


def test_of_many_who_restore_the_same_exactly_one_wins(shelf: Shelf) -> None:
    shelf.save("a", b"1", None)
    token = shelf.delete("a")
    answers: list[object] = []

    def restore(name: str) -> None:
        try:
            answers.append(shelf.restore(token, name))
        except Exception as refused:
            answers.append(refused)

    threads = [threading.Thread(target=restore, args=(f"b{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([answer for answer in answers if isinstance(answer, str)]) == 1
    assert len([answer for answer in answers if isinstance(answer, PathRefused)]) == 7
    assert len(shelf.entries()) == 1
