"""Likenesses on disk."""

from pathlib import Path

from graph_engine.files.jail import Jail
from web.server.gallery import thumbnails
from web.server.gallery.thumbnails import Thumbnails


def test_the_oldest_go_first_and_one_that_is_gone_meanwhile_does_no_harm(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(thumbnails, "KEPT_BYTES", 25)
    (tmp_path / "ab").mkdir()
    for number in range(3):
        (tmp_path / "ab" / f"{number}.webp").write_bytes(b"x" * 10)
    (tmp_path / "ab" / "gone.webp").symlink_to(tmp_path / "nowhere")
    kept = Thumbnails(tmp_path, Jail({}))
    kept.prune()
    kept.close()
    assert len([item for item in tmp_path.rglob("*.webp") if item.is_file()]) == 2
