import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_engine.files.jail import Jail, PathRefused

BAD_NAMES = [
    "",
    ".",
    "..",
    "../x",
    "a/../../x",
    "..\\..\\x",
    "a//b",
    "/etc/passwd",
    "//host/share/x",
    "\\\\host\\share\\x",
    "\\\\?\\C:\\x",
    "C:x",
    "C:\\x",
    "/windows/win.ini",
    "a:b",
    "x::$DATA",
    "CON",
    "con.png",
    "COM¹",
    "aux ",
    "LPT1.txt.png",
    "x.",
    "x ",
    "a\0.png",
    "a\n.png",
    "\u202egnp.exe",
    "\ud800",
    "x" * 201,
    "ü" * 101,
    "/".join(["abc"] * 400),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "output" / "sub").mkdir(parents=True)
    (tmp_path / "output2").mkdir()
    (tmp_path / "output" / "a.png").write_bytes(b"inside")
    (tmp_path / "output" / "sub" / "b.png").write_bytes(b"deeper")
    (tmp_path / "output2" / "x").write_bytes(b"canary")
    return tmp_path


def jail(house: Path) -> Jail:
    return Jail({"output": house / "output"})


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_bad_name_is_refused_without_touching_the_disk(name: str, house: Path, monkeypatch: pytest.MonkeyPatch):
    touched: list[object] = []
    cell = jail(house)
    for call in ("stat", "lstat", "open", "scandir", "mkdir", "readlink"):
        monkeypatch.setattr(os, call, lambda *a, **k: touched.append(a))
    with pytest.raises(PathRefused) as caught:
        cell.resolve("output", name)
    assert not caught.value.missing
    assert touched == []


@pytest.mark.parametrize("name", [3, None, b"a.png", ["a.png"]])
def test_what_is_no_text_is_refused(name: object, house: Path):
    with pytest.raises(PathRefused, match="not a text"):
        jail(house).resolve("output", name)  # type: ignore[arg-type]


def test_a_plain_name_opens_its_file(house: Path):
    with jail(house).open_read("output", "sub\\b.png") as file:
        assert file.read() == b"deeper"


def test_an_absent_file_and_a_folder_are_missing(house: Path):
    for name in ("none.png", "sub", "a.png/x"):
        with pytest.raises(PathRefused) as caught:
            jail(house).resolve("output", name)
        assert caught.value.missing


def test_a_link_that_leads_outside_is_missing(house: Path):
    (house / "output" / "l").symlink_to(house / "output2")
    (house / "output" / "f").symlink_to(house / "output2" / "x")
    (house / "output" / "loop").symlink_to(house / "output" / "loop")
    for name in ("l/x", "f", "loop", "loop/x"):
        for ask in (jail(house).resolve, jail(house).open_read):
            with pytest.raises(PathRefused) as caught:
                ask("output", name)
            assert caught.value.missing
    with pytest.raises(PathRefused):
        jail(house).create_exclusive("output", "l/new.png")
    assert sorted(path.name for path in (house / "output2").iterdir()) == ["x"]


def test_a_pipe_does_not_hang_the_reader(house: Path):
    os.mkfifo(house / "output" / "pipe")
    with pytest.raises(PathRefused):
        jail(house).open_read("output", "pipe")


def test_a_folder_swapped_for_a_link_never_gives_what_is_outside(house: Path):
    (house / "outside").mkdir()
    (house / "outside" / "b.png").write_bytes(b"canary")
    sub, aside, stop = house / "output" / "sub", house / "output" / "aside", threading.Event()

    def swap() -> None:
        while not stop.is_set():
            sub.rename(aside)
            sub.symlink_to(house / "outside")
            sub.unlink()
            aside.rename(sub)

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen: set[bytes] = set()
    tries = 0
    try:
        deadline = time.monotonic() + 60
        # On a busy machine one side may stand still for long: go on until both have been seen.
        while time.monotonic() < deadline and not (tries >= 1500 and b"deeper" in seen):
            tries += 1
            try:
                with jail(house).open_read("output", "sub/b.png") as file:
                    seen.add(file.read())
            except PathRefused:
                pass
    finally:
        stop.set()
        swapper.join()
    assert b"canary" not in seen
    assert b"deeper" in seen


def test_a_new_file_does_not_replace_one_of_the_same_name_in_other_letters(house: Path):
    with jail(house).create_exclusive("output", "new/Ä.png") as file:
        file.write(b"1")
    for name in ("new/Ä.png", "new/ä.PNG", "new/a\u0308.png"):
        with pytest.raises(PathRefused) as caught:
            jail(house).create_exclusive("output", name)
        assert caught.value.problems[0].code == "file.exists"
    assert (house / "output" / "new" / "Ä.png").stat().st_mode & 0o777 == 0o600


def test_a_listing_names_only_what_can_be_opened(house: Path):
    (house / "output" / "f.png").symlink_to(house / "output2" / "x")
    (house / "output" / ".hidden.png").write_bytes(b"")
    (house / "output" / "note.txt").write_bytes(b"")
    assert jail(house).listing("output", (".png",)) == ["a.png", "sub/b.png"]


def test_where_links_are_allowed_they_are_followed_but_never_written_through(house: Path):
    (house / "output" / "f.png").symlink_to(house / "output2" / "x")
    (house / "output" / "l").symlink_to(house / "output2")
    (house / "output2" / "back").symlink_to(house / "output")
    cell = Jail({"output": house / "output"}, links=True)
    assert cell.listing("output", (".png", "x")) == ["a.png", "f.png", "l/x", "sub/b.png"]
    with cell.open_read("output", "f.png") as file:
        assert file.read() == b"canary"
    with pytest.raises(PathRefused):
        cell.resolve("output", "../output2/x")
    with pytest.raises(ValueError, match="not written"):
        cell.create_exclusive("output", "new.png")


def test_an_unknown_root_is_told(house: Path):
    with pytest.raises(PathRefused, match="no folder called secrets"):
        jail(house).listing("secrets")


SEGMENTS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "a.png",
        "sub",
        "b.png",
        "link",
        "loop",
        "~",
        "C:",
        "con",
        "x.",
        "a\0",
        "\u202e",
        "e\u0301",
        "output2",
    ]
) | st.text(max_size=6)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(SEGMENTS, max_size=5), separator=st.sampled_from(["/", "\\", "//"]))
def test_whatever_the_name_the_result_lies_inside_or_is_refused(
    parts: list[str], separator: str, tmp_path_factory: pytest.TempPathFactory
):
    base = tmp_path_factory.getbasetemp() / "jail-property"
    if not base.exists():
        (base / "output" / "sub").mkdir(parents=True)
        (base / "output2").mkdir()
        (base / "output" / "a.png").write_bytes(b"inside")
        (base / "output" / "sub" / "b.png").write_bytes(b"inside")
        (base / "output2" / "a.png").write_bytes(b"canary")
        (base / "output" / "link").symlink_to(base / "output2")
        (base / "output" / "loop").symlink_to("loop")
    cell = Jail({"output": base / "output"})
    name = separator.join(parts)
    try:
        path = cell.resolve("output", name, must_exist=False)
        assert path.is_relative_to((base / "output").resolve())
        with cell.open_read("output", name) as file:
            assert file.read() == b"inside"
    except PathRefused:
        pass
