"""Manifests of plug-ins' front ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from web.server.extensions import Extension, Extensions


def pack(folder: Path, manifest: Any, *files: str) -> Path:
    web = folder / "web"
    web.mkdir(parents=True)
    (web / "extension.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    for file in files:
        (web / file).write_text("export default () => {};")
    return web


def only(web: Path) -> Extension:
    (found,) = Extensions({"pack": web}).found()
    return found


def test_a_manifest_states_the_version_and_the_rest_has_defaults(tmp_path: Path) -> None:
    found = only(pack(tmp_path, {"api": 1}, "extension.js"))
    assert found == Extension(name="pack", title="pack", api=1, entry="extension.js", style=None, enabled=True)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("{", "Expecting"),
        ([1], "not an object"),
        ({"title": "No version"}, '"api"'),
        ({"api": True}, '"api"'),
        ({"api": 1, "title": 7}, '"title"'),
        ({"api": 1, "entry": "missing.js"}, "missing.js"),
        ({"api": 1, "entry": "../../secret.js"}, "secret.js"),
        ({"api": 1, "entry": "/etc/passwd"}, "passwd"),
        ("[" * 60_000, "too deep"),
    ],
)
def test_a_bad_manifest_is_listed_with_what_is_wrong(tmp_path: Path, manifest: Any, words: str) -> None:
    (tmp_path / "secret.js").write_text("outside")
    found = only(pack(tmp_path / "pack", manifest, "extension.js"))
    assert words in found.problem
    assert found.problem.startswith("pack/web/extension.json: ")
