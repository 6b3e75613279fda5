from pathlib import Path
from typing import Any

import pytest

from graph_engine.files import drafts as journal
from graph_engine.files.draft_changes import ChangeRefused, apply_changes
from graph_engine.files.drafts import DraftMoved, Drafts
from graph_engine.files.jail import PathRefused

ID = "0f9c2b7a-draft"


def state(title: str = "Mine", nodes: int = 0) -> dict[str, Any]:
    document = {"noiseloom": 2, "title": title, "nodes": [{"id": str(number)} for number in range(nodes)]}
    return {"document": document, "browser": "here"}


def rename(title: str) -> list[Any]:
    return [{"set": ["document", "title"], "value": title}]


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


def test_changes_set_remove_and_exchange_parts_of_lists() -> None:
    changes = [
        {"set": ["a", 0, "x"], "value": 5},
        {"splice": ["a"], "at": 1, "count": 1, "items": [{"x": 8}, {"x": 9}]},
        {"unset": ["b"]},
        {"set": ["c"], "value": None},
    ]
    assert apply_changes({"a": [{"x": 1}, {"x": 2}], "b": 3}, changes) == {
        "a": [{"x": 5}, {"x": 8}, {"x": 9}],
        "c": None,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"set": ["nowhere", "deep"], "value": 1},
        {"set": ["a", 7], "value": 1},
        {"splice": ["a"], "at": 1, "count": 5, "items": []},
        {"splice": ["b"], "at": 0, "count": 0, "items": []},
        {"set": "a", "value": 1},
        {"set": [True], "value": 1},
        {"unset": []},
        {},
        "a",
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Any) -> None:
    with pytest.raises(ChangeRefused):
        apply_changes({"a": [1, 2], "b": {}}, [change])


def test_a_draft_is_what_was_written_and_every_change_since_for_a_server_that_starts_anew(drafts: Drafts) -> None:
    head = drafts.write(ID, state(nodes=2), None)
    head = drafts.append(ID, rename("Two"), head)
    head = drafts.append(ID, [{"splice": ["document", "nodes"], "at": 0, "count": 1, "items": []}], head)
    again = Drafts(drafts._folder).read(ID)  # pyright: ignore[reportPrivateUsage]
    assert (again.head, again.state["document"]["title"]) == (head, "Two")
    assert again.state["document"]["nodes"] == [{"id": "1"}]


def test_a_record_that_a_crash_cut_off_is_left_out_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    head = drafts.append(ID, rename("Whole"), drafts.write(ID, state(), None))
    path = tmp_path / f"{ID}.jsonl"
    sound = path.read_bytes()
    for cut in range(1, 30):
        path.write_bytes(sound + b'0badcafe {"head":3,"changes":[{}]}\n'[:cut])
        fresh = Drafts(tmp_path)
        assert fresh.read(ID).state["document"]["title"] == "Whole"
    assert fresh.append(ID, rename("After"), head) == head + 1
    assert Drafts(tmp_path).read(ID).state["document"]["title"] == "After"


def test_a_second_window_is_refused_and_told_where_the_draft_is(drafts: Drafts) -> None:
    head = drafts.write(ID, state(), None)
    newer = drafts.append(ID, rename("Theirs"), head)
    for deed in (
        lambda: drafts.append(ID, rename("Mine"), head),
        lambda: drafts.write(ID, state(), head),
        lambda: drafts.write(ID, state(), None),
    ):
        with pytest.raises(DraftMoved) as moved:
            deed()
        assert moved.value.head == newer
    assert drafts.read(ID).state["document"]["title"] == "Theirs"


def test_a_change_that_does_not_fit_leaves_the_draft_as_it_was(drafts: Drafts) -> None:
    head = drafts.write(ID, state(), None)
    with pytest.raises(ChangeRefused):
        drafts.append(ID, [*rename("Half"), {"unset": ["no", "such"]}], head)
    assert drafts.read(ID).state["document"]["title"] == "Mine"
    assert drafts.append(ID, rename("Whole"), head) == head + 1


def test_a_change_that_leaves_no_object_is_refused_and_leaves_the_draft_as_it_was(drafts: Drafts) -> None:
    head = drafts.write("draft-0001", state(), None)
    with pytest.raises(ChangeRefused):
        drafts.append("draft-0001", [{"set": [], "value": 5}], head)
    assert drafts.read("draft-0001").state == state()
    assert drafts.append("draft-0001", rename("Still here"), head) == head + 1


def test_a_long_journal_is_folded_and_keeps_its_count(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "FOLD_AFTER", 2000)
    head = drafts.write(ID, state(), None)
    for number in range(200):
        head = drafts.append(ID, rename(f"Step {number}"), head)
    path = next(drafts._folder.glob("*.jsonl"))  # pyright: ignore[reportPrivateUsage]
    assert path.stat().st_size < 3000
    assert (drafts.read(ID).head, drafts.read(ID).state["document"]["title"]) == (201, "Step 199")


def test_what_is_closed_can_be_taken_out_again(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT_CLOSED", 2)
    for number in range(4):
        drafts.write(f"closing-{number}", state(str(number)), None)
        drafts.close(f"closing-{number}")
    assert drafts.entries() == []
    assert len(drafts.entries(closed=True)) == 2
    assert drafts.reopen("closing-3").state["document"]["title"] == "3"
    assert [entry.title for entry in drafts.entries()] == ["3"]
    with pytest.raises(PathRefused):
        drafts.reopen("closing-0")


def test_the_list_names_titles_and_leaves_out_what_cannot_be_read(drafts: Drafts) -> None:
    drafts.append(ID, rename("Renamed"), drafts.write(ID, state(), None))
    (drafts._folder / "deadbeef.jsonl").write_bytes(b"garbage\n")  # pyright: ignore[reportPrivateUsage]
    assert [(entry.id, entry.title, entry.browser) for entry in drafts.entries()] == [(ID, "Renamed", "here")]


@pytest.mark.parametrize("name", ["", "..", "../escape", "a/b/c/d/e", ".closed", "short", "with space in it"])
def test_only_names_of_drafts_are_taken(drafts: Drafts, name: str) -> None:
    with pytest.raises(PathRefused):
        drafts.write(name, state(), None)
