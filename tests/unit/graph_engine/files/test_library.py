import os
import threading
from pathlib import Path

import pytest

from graph_engine.files.jail import PathRefused
from graph_engine.files.library import KEPT_VERSIONS, Conflict, Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "workflows").mkdir()
    return Library(tmp_path / "workflows")


def test_what_is_saved_is_read_and_listed(library: Library) -> None:
    library.save("portraits/first", b"{}", None)
    assert library.read("portraits/first") == b"{}"
    assert [entry.name for entry in library.entries()] == ["portraits/first"]


def test_a_save_from_another_state_than_the_present_one_is_refused_and_changes_nothing(library: Library) -> None:
    first = library.save("a", b"1", None)
    library.save("a", b"2", first)
    with pytest.raises(Conflict) as conflict:
        library.save("a", b"3", first)
    assert library.read("a") == b"2"
    library.save("a", b"3", conflict.value.revision)


def test_a_name_that_is_taken_is_not_overwritten_by_a_new_document(library: Library) -> None:
    library.save("a", b"1", None)
    with pytest.raises(Conflict):
        library.save("a", b"2", None)


def test_what_a_save_replaces_is_kept_as_a_version_up_to_a_limit(library: Library) -> None:
    revision = library.save("a", b"0", None)
    for number in range(1, KEPT_VERSIONS + 11):
        revision = library.save("a", str(number).encode(), revision)
    versions = library.versions("a")
    assert len(versions) == KEPT_VERSIONS
    assert library.read_version("a", versions[0].number) == str(KEPT_VERSIONS + 9).encode()


def test_saving_the_same_again_makes_no_version(library: Library) -> None:
    revision = library.save("a", b"1", None)
    library.save("a", b"1", revision)
    assert library.versions("a") == []


def test_a_deleted_document_comes_back_from_the_trash(library: Library) -> None:
    library.save("a", b"1", None)
    token = library.delete("a")
    assert library.entries() == []
    library.restore(token, "a again")
    assert library.read("a again") == b"1"


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", "", "con", "a:b", "x\x00", ".trash/a", "a/.b"])
def test_a_name_that_leads_out_is_refused_everywhere(library: Library, name: str) -> None:
    for deed in (
        lambda: library.read(name),
        lambda: library.save(name, b"", None),
        lambda: library.delete(name),
        lambda: library.versions(name),
    ):
        with pytest.raises(PathRefused):
            deed()


@pytest.mark.parametrize("token", ["../x", "1-../x", "5", "", "1-a/b"])
def test_only_trash_can_be_restored(library: Library, token: str) -> None:
    with pytest.raises(PathRefused):
        library.restore(token, "a")


def test_names_with_the_same_ending_keep_their_own_versions(library: Library) -> None:
    for folder in ("x", "y"):
        revision = library.save(f"{folder}/a", folder.encode(), None)
        library.save(f"{folder}/a", b"new", revision)
    assert library.read_version("x/a", 1) == b"x"
    assert library.read_version("y/a", 1) == b"y"


def test_of_many_saves_from_one_state_exactly_one_wins(library: Library) -> None:
    revision = library.save("a", b"0", None)
    won: list[int] = []

    def save(number: int) -> None:
        try:
            library.save("a", str(number).encode(), revision)
            won.append(number)
        except Conflict:
            pass

    threads = [threading.Thread(target=save, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert library.read("a") == str(won[0]).encode()


def test_a_save_that_cannot_be_written_leaves_the_old_document(library: Library, tmp_path: Path) -> None:
    revision = library.save("a", b"old", None)
    if os.geteuid() == 0:
        (tmp_path / "workflows" / ".versions").write_bytes(b"in the way")
    else:
        (tmp_path / "workflows").chmod(0o500)
    with pytest.raises(OSError):
        library.save("a", b"new", revision)
    (tmp_path / "workflows").chmod(0o700)
    assert library.read("a") == b"old"
