"""The second command paints what was asked, with the model in the repository, and any two runs paint the same."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from training.grader.grading import grade
from training.world.languages import read_caption

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "a red circle above a blue square on a white background"
CHINESE = "白色背景上，红色圆形在蓝色方块上方"


def paint(out: Path, *words: str) -> Path:
    command = [sys.executable, "main.py", "run", "workflows/text-to-image.json", *words]
    places = ["--out", str(out), "--data-dir", str(out / "data")]
    done = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return paint(tmp_path_factory.mktemp("painted"), "--set", f"prompt.text={PROMPT}", "--set", "sampler.seed=7")


def test_the_picture_shows_what_was_asked(picture: Path) -> None:
    result = grade(Image.open(picture), PROMPT)
    assert result.faithful, result


def test_a_chinese_prompt_paints_the_same_scene(tmp_path: Path) -> None:
    picture = paint(tmp_path, "--set", f"prompt.text={CHINESE}", "--set", "sampler.seed=7")
    assert read_caption(CHINESE) == read_caption(PROMPT)
    result = grade(Image.open(picture), PROMPT)
    assert result.faithful, result


def test_the_same_seed_paints_the_same_picture_from_the_saved_workflow(picture: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "main.py",
        "run",
        str(picture),
        "--out",
        str(tmp_path),
        "--data-dir",
        str(tmp_path / "d"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    again = Image.open(done.stdout.strip())
    assert again.tobytes() == Image.open(picture).tobytes()


def test_the_shipped_file_is_small_and_complete() -> None:
    path = ROOT / "models" / "checkpoints" / "starter-sd.safetensors"
    assert path.stat().st_size <= 12_000_000
