from pathlib import Path

import pytest

from nodes.prompt_sets.drawbench import ALL, CATEGORIES, drawbench_prompts, prompts_from_file


class Files:
    """Stands where a node's context does; the folder is real."""

    def __init__(self, folder: Path) -> None:
        self.files = self
        self.folder = folder

    def input(self, name: str) -> Path:
        return self.folder / name


def test_there_are_prompts_in_all_eleven_categories_and_no_prompt_twice() -> None:
    count = drawbench_prompts(category=ALL)[2]
    every = [drawbench_prompts(category=ALL, index=index) for index in range(count)]
    assert len({prompt for prompt, _, _ in every}) == count
    assert {category for _, category, _ in every} == set(CATEGORIES)
    assert len(CATEGORIES) == 11


def test_an_index_beyond_the_last_starts_again() -> None:
    count = drawbench_prompts(category="Colors")[2]
    assert drawbench_prompts(category="Colors", index=count) == drawbench_prompts(category="Colors", index=0)


def test_a_table_is_read_by_its_column_names(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text('Category,Prompts\nColors,"A red cat, asleep"\nText,A sign\n', encoding="utf-8")
    read = prompts_from_file(Files(tmp_path), file="set.csv", index=0)
    assert read == ("A red cat, asleep", "Colors", 2)


def test_lines_are_read_as_prompts_and_empty_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "set.txt").write_text("one\n\ntwo, three\n", encoding="utf-8")
    assert prompts_from_file(Files(tmp_path), file="set.txt", index=1) == ("two, three", "", 2)


def test_an_empty_file_and_one_of_another_encoding_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("\n")
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(ValueError, match="no prompts"):
        prompts_from_file(Files(tmp_path), file="none.txt")
    with pytest.raises(ValueError, match="UTF-8"):
        prompts_from_file(Files(tmp_path), file="odd.txt")
