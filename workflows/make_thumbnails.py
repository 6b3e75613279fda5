"""Pictures of the templates for the library: runs each whose models are here on a server, and keeps its last picture.

python workflows/make_thumbnails.py http://127.0.0.1:8188 [name …]
"""

import io
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "thumbnails"
SIDE = 192
MOST_BYTES = 15 * 1024
FINAL = {"succeeded", "failed", "cancelled", "lost"}
EXAMPLE = "example.png"
"""What templates that begin with a picture call it."""
HOLED = {"inpaint", "inpaint-nine-channels"}
BOUNDARY = "noiseloom-example"


def ask(url: str, body: Any = None) -> Any:
    """JSON from the server."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def small(picture: bytes) -> bytes:
    """The picture as WebP within its budget."""
    with Image.open(io.BytesIO(picture)) as opened:
        shown = opened.convert("RGB")
    shown.thumbnail((SIDE, SIDE))
    for quality in range(80, 10, -10):
        made = io.BytesIO()
        shown.save(made, "WEBP", quality=quality, method=6)
        if made.tell() <= MOST_BYTES:
            break
    return made.getvalue()


def example(holed: bool) -> bytes:
    """The picture that templates begin with, as PNG; with a hole over its square for templates that fill one."""
    path = Path(__file__).parent / EXAMPLE
    if not holed:
        return path.read_bytes()
    with Image.open(path) as opened:
        picture = opened.convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    ImageDraw.Draw(alpha).rectangle((144, 256, 367, 479), fill=0)
    picture.putalpha(alpha)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def upload(server: str, picture: bytes) -> None:
    """Bring the example into the server's input folder."""
    head = f'Content-Disposition: form-data; name="image"; filename="{EXAMPLE}"\r\nContent-Type: image/png'
    over = 'Content-Disposition: form-data; name="overwrite"\r\n\r\ntrue'
    body = b"".join(
        [
            f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode(),
            picture,
            f"\r\n--{BOUNDARY}\r\n{over}\r\n--{BOUNDARY}--\r\n".encode(),
        ]
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with urllib.request.urlopen(urllib.request.Request(f"{server}/api/v1/images", body, kind), timeout=60):
        pass


def paint(server: str, name: str) -> str:
    """Run a template and keep its picture; says what came of it."""
    upload(server, example(name in HOLED))
    try:
        job = ask(f"{server}/api/v1/jobs", {"workflow": ask(f"{server}/api/v1/templates/{name}")})
    except urllib.error.HTTPError as refused:
        return str(json.load(refused)["detail"])
    while job["state"] not in FINAL:
        time.sleep(0.5)
        job = ask(f"{server}/api/v1/jobs/{job['id']}")
    events = ask(f"{server}/api/v1/jobs/{job['id']}/events?after=0")["events"]
    images = [image for frame in events for image in (frame["event"].get("ui") or {}).get("images", [])]
    if job["state"] != "succeeded" or not images:
        return f"{job['state']}, {len(images)} pictures"
    with urllib.request.urlopen(server + images[-1]["url"], timeout=60) as answer:
        made = small(answer.read())
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(made)
    return f"{len(made)} bytes"


def main(server: str, *names: str) -> None:
    """Paint the named templates, or all that can run here."""
    for template in ask(f"{server}/api/v1/templates")["templates"]:
        ready = all(model["present"] for model in template["card"]["models"])
        if template["name"] in names or (ready and not names):
            print(template["name"], paint(server, template["name"]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
