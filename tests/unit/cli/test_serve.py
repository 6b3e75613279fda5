"""What a first start leaves in a new data folder."""

from pathlib import Path

from PIL import Image

from cli.serve import EXAMPLE, create_folders
from graph_engine.files.folders import Folders


def test_a_new_input_folder_has_the_example_and_one_that_a_person_emptied_stays_empty(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    create_folders(folders)
    example = folders.input / EXAMPLE
    with Image.open(example) as picture:
        assert picture.size == (512, 512)
    example.unlink()
    create_folders(folders)
    assert not example.exists()
