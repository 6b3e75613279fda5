"""Files in and out: the jail from outside, kinds told by content, uploads within limits."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.contract.conftest import Studio, picture_graph

ESCAPES = (
    "../noiseloom.db",
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\noiseloom.db",
    "%2e%2e/noiseloom.db",
    "link/passwd",
    "a\x00.png",
    "a\n.png",
    "\u202egnp.exe",
    "CON",
    "con.png",
    "COM¹",
    "aux ",
    "x.",
    "a:b",
    "x::$DATA",
    "C:x",
    "C:\\windows\\win.ini",
    "//host/share/x.png",
    "\\\\host\\share\\x.png",
    "\\\\?\\C:\\x",
    "n" * 256 + ".png",
    ".",
    "..",
    "",
)


def multipart(name: str, data: bytes, **fields: str) -> tuple[bytes, dict[str, str]]:
    mark = "boundary-of-this-test"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + f"\r\n--{mark}--\r\n".encode()
    return body, {"Content_Type": f"multipart/form-data; boundary={mark}"}


def upload(studio: Studio, name: str, data: bytes, path: str = "/upload/image", **fields: str) -> Any:
    body, headers = multipart(name, data, **fields)
    return studio.post(path, body, **headers)


def png(width: int = 8, height: int = 8, colour: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (width, height), (colour, 20, 30, 128)).save(buffer, "PNG")
    return buffer.getvalue()


def tree(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if not path.name.startswith("noiseloom.")}


@pytest.fixture
def link(studio: Studio) -> Any:
    path = studio.data / "output" / "link"
    path.symlink_to("/etc")
    yield
    path.unlink()


@pytest.mark.parametrize("name", ESCAPES, ids=ascii)
def test_no_name_leads_out_of_the_folders(studio: Studio, link: Any, name: str) -> None:
    shown = quote(name, safe="")
    for path in (
        f"/view?filename={shown}",
        f"/view?filename=passwd&subfolder={shown}",
        f"/api/view?filename={shown}&type=input",
        f"/view?filename={quote(name + ' [input]', safe='')}",
        f"/api/v1/files/output/{shown}",
        f"/api/v1/files/input/{quote(name)}",
    ):
        answer = studio.get(path)
        assert answer.status in (400, 404), (path, answer.status)
        assert b"root:" not in answer.body and str(studio.data).encode() not in answer.body


def test_a_mask_is_kept_beside_the_picture_it_belongs_to(studio: Studio) -> None:
    first = upload(studio, "dog-mask.png", png(), "/api/v1/images", type="output", subfolder="pets")
    other = upload(studio, "dog-mask.png", png(colour=9), "/api/v1/images", type="output", subfolder="pets")
    assert first.json == {"name": "dog-mask.png", "subfolder": "pets", "root": "output"}
    assert other.json["name"] == "dog-mask (1).png", "what an earlier workflow names stays as it was"


@pytest.mark.parametrize("name", ESCAPES, ids=ascii)
def test_no_upload_is_written_outside(studio: Studio, name: str) -> None:
    if "\x00" in name or "\n" in name:
        return  # such a header never becomes a part; see test_security for raw requests
    before = tree(studio.data.parent)
    for fields in ({}, {"subfolder": name}):
        answer = upload(studio, name if not fields else "fine.png", png(), **fields)
        assert answer.status in (200, 400), (name, fields, answer.body)
        if answer.status == 200:
            stored = answer.json
            path = studio.data / "input" / stored["subfolder"] / stored["name"]
            assert path.resolve().is_relative_to((studio.data / "input").resolve())
            path.unlink()
    after = {path for path in tree(studio.data.parent) if not Path(path).is_dir()}
    assert after <= before


@pytest.mark.parametrize("name", ESCAPES[:9])
def test_a_widget_that_names_a_file_is_judged_like_any_other(studio: Studio, name: str) -> None:
    graph = picture_graph() | {"1": {"class_type": "LoadImage", "inputs": {"image": f"{name} [output]"}}}
    answer = studio.post("/prompt", {"prompt": graph})
    assert answer.status == 400 and "1" in answer.json["node_errors"]


def test_a_prefix_that_leads_out_fails_its_job_and_writes_nothing(studio: Studio) -> None:
    before = {path for path in tree(studio.data.parent) if Path(path).is_file()}
    for prefix in ("../x", "/tmp/x", "a/../../x"):
        assert studio.run(picture_graph(filename_prefix=prefix))["state"] == "failed"
    assert {path for path in tree(studio.data.parent) if Path(path).is_file()} <= before


def test_an_uploaded_picture_can_be_loaded_and_seen(studio: Studio) -> None:
    first = upload(studio, "bild ü.png", png())
    assert first.json == {"name": "bild ü.png", "subfolder": "", "type": "input"}
    assert upload(studio, "bild ü.png", png()).json["name"] == "bild ü.png"  # the same bytes
    assert upload(studio, "bild ü.png", png(colour=9)).json["name"] == "bild ü (1).png"
    assert upload(studio, "bild ü.png", png(colour=7), overwrite="true").json["name"] == "bild ü.png"
    graph = picture_graph() | {"1": {"class_type": "LoadImage", "inputs": {"image": "bild ü.png"}}}
    assert studio.run(graph)["state"] == "succeeded"
    ours = upload(studio, "own.png", png(), "/api/v1/images", subfolder="some/where")
    assert ours.json == {"name": "own.png", "subfolder": "some/where", "root": "input"}
    seen = studio.get("/api/v1/files/input/some/where/own.png")
    assert seen.body == png() and seen.headers["Content-Disposition"].startswith("inline")


def test_previews_and_channels_are_made_from_the_picture(studio: Studio) -> None:
    upload(studio, "alpha.png", png(colour=200), overwrite="1")
    base = "/view?filename=alpha.png&type=input"
    for query, kind in (("&preview=webp;50", "WEBP"), ("&preview=jpeg", "JPEG"), ("&channel=rgb", "PNG")):
        answer = studio.get(base + query)
        with Image.open(io.BytesIO(answer.body)) as picture:
            assert picture.format == kind and answer.headers["Content-Type"] == f"image/{kind.lower()}"
    with Image.open(io.BytesIO(studio.get(base + "&channel=a").body)) as picture:
        assert picture.mode == "RGBA" and picture.getpixel((0, 0)) == (0, 0, 0, 128)
    assert studio.get(base + "&channel=x").status == 400
    assert studio.get("/view").status == 400 and studio.get("/view?filename=x.png&type=models").status == 400


@pytest.mark.parametrize(
    "name,data",
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("x.html", b"<script>1</script>"),
        ("x.png", b"<html><script>1</script></html>"),
        ("x.mjs", b"alert(1)"),
        ("x.png", b""),
        ("x.png", png()[:40]),
    ],
)
def test_what_is_no_picture_is_not_taken(studio: Studio, name: str, data: bytes) -> None:
    assert upload(studio, name, data).status == 415


def header_only(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = b"IDAT" + zlib.compress(b"")
    return body + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 12_000), (1, 10**9)])
def test_a_picture_that_claims_too_many_pixels_is_refused(studio: Studio, size: tuple[int, int]) -> None:
    assert upload(studio, "bomb.png", header_only(*size)).status == 413


@pytest.mark.parametrize(
    "name,data",
    [("page.png", b"<html><script>1</script>"), ("x.svg", b"<svg/>"), ("x.js", b"1"), ("x.xhtml", b"<html/>")],
)
def test_files_that_are_no_pictures_are_handed_out_to_be_saved(studio: Studio, name: str, data: bytes) -> None:
    (studio.data / "output" / name).write_bytes(data)
    for path in (f"/view?filename={name}", f"/api/v1/files/output/{name}"):
        answer = studio.get(path)
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.body == data


def test_a_mask_is_laid_onto_its_original_which_keeps_its_texts(studio: Studio) -> None:
    texts = PngInfo()
    texts.add_text("prompt", "{}")
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(buffer, "PNG", pnginfo=texts)
    upload(studio, "original.png", buffer.getvalue(), overwrite="1")
    reference = '{"filename": "original.png", "type": "input"}'
    answer = upload(studio, "masked.png", png(), "/upload/mask", original_ref=reference, overwrite="1")
    assert answer.json == {"name": "masked.png", "subfolder": "", "type": "input"}
    with Image.open(studio.data / "input" / "masked.png") as made:
        assert made.getpixel((0, 0)) == (1, 2, 3, 128) and made.text == {"prompt": "{}"}  # pyright: ignore
    for wrong, status in (('{"filename": "../noiseloom.db"}', 404), ("[]", 400), ("", 400), ("{", 400)):
        assert upload(studio, "m.png", png(), "/upload/mask", original_ref=wrong).status == status
    assert upload(studio, "m.png", png(9, 9), "/upload/mask", original_ref=reference).status == 400


def test_an_upload_leaves_no_temporary_file(studio: Studio) -> None:
    upload(studio, "x.html", b"no")
    assert not list((studio.data / "temp").glob("upload.tmp-*"))


def test_an_upload_needs_its_part_and_its_form(studio: Studio) -> None:
    assert studio.post("/upload/image", b"x", Content_Type="text/plain").status == 415
    mark = {"Content_Type": "multipart/form-data; boundary=b"}
    without = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    assert studio.post("/upload/image", without, **mark).status == 422
    assert studio.post("/upload/image", b"--c\r\nnothing", **mark).status in (400, 422)
