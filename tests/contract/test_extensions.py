"""Front ends of plug-ins over HTTP: the example's files are served, and nothing else of its folder."""

import pytest

from tests.contract.conftest import Studio


def test_the_example_is_listed_with_addresses_that_answer(studio: Studio) -> None:
    listed = studio.get("/api/v1/extensions").json
    example = next(item for item in listed["extensions"] if item["name"] == "example")
    assert (listed["api"], example["api"], example["enabled"], example["problem"]) == (1, 1, False, "")
    script = studio.get(example["entry"])
    assert (script.status, script.headers["Content-Type"]) == (200, "text/javascript")
    assert b"export default" in script.body
    assert studio.get(example["style"]).headers["Content-Type"] == "text/css"


@pytest.mark.parametrize(
    "name", ["../pick.py", "..%2Fpick.py", "%2e%2e/pick.py", "/etc/passwd", "extension.js%00", "missing.js", "."]
)
def test_names_that_lead_out_are_not_found(studio: Studio, name: str) -> None:
    assert studio.get(f"/api/v1/extensions/example/{name}").status in (400, 404)


def test_a_pack_without_a_manifest_has_no_files(studio: Studio) -> None:
    assert studio.get("/api/v1/extensions/other/extension.js").status == 404
