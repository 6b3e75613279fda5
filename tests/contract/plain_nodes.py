"""Real nodes without torch: pictures are Pillow's, so a whole server can be tried in a second."""

import io
import os
import time
from typing import Annotated, Any

from PIL import Image

from graph_engine.spec.sdk import (
    Choices,
    Ge,
    InputFile,
    Le,
    Multiline,
    NodeContext,
    NodeResult,
    Preview,
    Registry,
    Seed,
    Socket,
    node,
)

Picture = Annotated[Any, Socket("IMAGE")]
Side = Annotated[int, Ge(1), Le(4096)]


@node(id="EmptyImage", title="Empty image", category="image")
def empty_image(
    width: Side = 512,
    height: Side = 512,
    batch_size: Annotated[int, Ge(1), Le(64)] = 1,
    color: Annotated[int, Ge(0), Le(0xFFFFFF)] = 0,
) -> Picture:
    return [Image.new("RGB", (width, height), f"#{color:06x}") for _ in range(batch_size)]


@node(id="ImageInvert", title="Invert", category="image")
def image_invert(image: Picture) -> Picture:
    return [item.point(lambda value: 255 - value) for item in image]


@node(id="LoadImage", title="Load image", category="image")
def load_image(ctx: NodeContext, image: Annotated[str, InputFile()]) -> Picture:
    with Image.open(ctx.files.input(image)) as picture:
        return [picture.convert("RGB")]


def _save(ctx: NodeContext, images: Any, prefix: str, root: Any) -> NodeResult:
    shown: list[Any] = []
    for picture in images:
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        tokens = {"width": picture.width, "height": picture.height}
        with ctx.files.reserve_output(prefix, ".png", root=root, tokens=tokens) as file:
            file.write(buffer.getvalue())
            shown.append(file.ui)
    return NodeResult(ui={"images": shown})


@node(id="SaveImage", title="Save image", category="image", is_output=True)
def save_image(ctx: NodeContext, images: Picture, filename_prefix: str = "noiseloom") -> NodeResult:
    return _save(ctx, images, filename_prefix, "output")


@node(id="PreviewImage", title="Preview image", category="image", is_output=True)
def preview_image(ctx: NodeContext, images: Picture) -> NodeResult:
    return _save(ctx, images, "preview", "temp")


@node(id="SaveImageWebsocket", title="Send image", category="image", is_output=True, cacheable=False)
def send_image(ctx: NodeContext, images: Picture) -> NodeResult:
    return NodeResult(ui={**_save(ctx, images, "sent", "temp").ui, "over_socket": [True]})


@node(id="Sampler", title="Slow steps", category="test", cacheable=False)
def sampler(
    ctx: NodeContext,
    image: Picture,
    seed: Annotated[int, Seed()] = 0,
    steps: Annotated[int, Ge(1), Le(10_000)] = 4,
    seconds: float = 0.02,
    method: Annotated[str, Choices(("euler", "heun"))] = "euler",
    note: Annotated[str, Multiline()] = "",
) -> Picture:
    buffer = io.BytesIO()
    image[0].resize((16, 16)).save(buffer, "JPEG")
    for step in range(steps):
        ctx.progress(step + 1, steps, Preview("image/jpeg", buffer.getvalue()))
        time.sleep(seconds)
    return image


@node(id="Broken", title="Broken", category="test", cacheable=False)
def broken(image: Picture) -> Picture:
    raise ValueError("the paint has dried")


@node(id="Die", title="Die", category="test", cacheable=False)
def die(image: Picture) -> Picture:
    os.kill(os.getpid(), 9)
    return image


def build() -> Registry:
    return Registry.of(
        [empty_image, image_invert, load_image, save_image, preview_image, send_image, sampler, broken, die]
    )
