"""Pictures in and out: load, save, show, make, invert."""

import json
from typing import Annotated, Any

import torch

from diffusion.image.picture_file import read_picture
from diffusion.image.pixels import png_bytes
from graph_engine.spec.sdk import Ge, InputFile, Le, NodeContext, NodeResult, Outputs, Placeholder, node
from nodes.sockets import Image, Mask

MAX_SIDE = 16_384
WHITE = 0xFFFFFF

PaintedMask = InputFile(extensions=(".png",), upload=False, optional=True)
"""A mask beside a picture: white where something shall happen."""


@node(id="LoadImage", title="Load image", category="image", lane="io", aliases=("open", "picture", "photo"))
def load_image(
    ctx: NodeContext, *, image: Annotated[str, InputFile()], mask: Annotated[str, PaintedMask] | None = None
) -> tuple[Image, Mask]:
    """Reads a picture from the input folder. MASK is the mask that was painted for it (1 where it is white).

    Without one, it is what is transparent in the picture (1 where nothing is).
    """
    picture, transparent = read_picture(ctx.files.input(image))
    if not mask:
        return picture, transparent
    painted = read_picture(ctx.files.input(mask))[0][:1, ..., 0]
    if painted.shape[1:] != picture.shape[1:3]:
        height, width = picture.shape[1:3]
        raise ValueError(
            f"The mask {mask} is {painted.shape[2]} × {painted.shape[1]} pixels, "
            f"the picture {image} {width} × {height}. Paint the mask again, or choose none."
        )
    return picture, painted.expand(len(picture), -1, -1).contiguous()


@node(id="LoadImageOutput", title="Load saved image", category="image", lane="io", aliases=("open", "output", "result"))
def load_image_output(
    ctx: NodeContext, *, image: Annotated[str, Placeholder("noiseloom_00001_.png")]
) -> tuple[Image, Mask]:
    """Reads a picture that was saved into the output folder, by its name there."""
    name = image.removesuffix(" [output]")
    return read_picture(ctx.files.input(f"{name} [output]"))


@node(
    id="SaveImage", title="Save image", category="image", lane="io", is_output=True, aliases=("write", "png", "output")
)
def save_image(
    ctx: NodeContext, *, images: Image, filename_prefix: Annotated[str, Placeholder("folder/name")] = "noiseloom"
) -> Annotated[NodeResult, Outputs()]:
    """Writes PNG files into the output folder. Each carries its workflow: drop it on the page to get it back."""
    return _write(ctx, images, filename_prefix, "output")


@node(id="PreviewImage", title="Show image", category="image", lane="io", is_output=True, aliases=("preview", "view"))
def preview_image(ctx: NodeContext, *, images: Image) -> Annotated[NodeResult, Outputs()]:
    """Shows pictures without keeping them: they lie in the temporary folder until the next start."""
    return _write(ctx, images, "preview", "temp")


@node(
    id="SaveImageWebsocket",
    title="Send image",
    category="image",
    lane="io",
    is_output=True,
    cacheable=False,
    aliases=("socket", "api", "script"),
)
def send_image(ctx: NodeContext, *, images: Image) -> Annotated[NodeResult, Outputs()]:
    """Sends pictures to the script that asked for them, over its socket. Nothing is kept in the output folder."""
    shown = _write(ctx, images, "sent", "temp")
    return NodeResult(ui={**shown.ui, "over_socket": [True]})


@node(id="EmptyImage", title="Plain image", category="image", aliases=("solid", "colour", "blank"))
def empty_image(
    *,
    width: Annotated[int, Ge(1), Le(MAX_SIDE)] = 512,
    height: Annotated[int, Ge(1), Le(MAX_SIDE)] = 512,
    batch_size: Annotated[int, Ge(1), Le(4096)] = 1,
    color: Annotated[int, Ge(0), Le(WHITE)] = 0,
) -> Image:
    """A picture of one colour, given as the number 0xRRGGBB."""
    channels = [(color >> shift & 0xFF) / 255 for shift in (16, 8, 0)]
    return torch.tensor(channels).expand(batch_size, height, width, 3).contiguous()


@node(id="ImageInvert", title="Invert image", category="image", aliases=("negative",))
def image_invert(*, image: Image) -> Image:
    """Turns every colour into its opposite."""
    return 1.0 - image


def _write(ctx: NodeContext, images: Image, prefix: str, root: Any) -> NodeResult:
    height, width = images.shape[1:3]
    texts = {key: json.dumps(value, ensure_ascii=True) for key, value in ctx.metadata.items()}
    shown: list[dict[str, str]] = []
    for number, image in enumerate(images):
        ctx.check_cancelled()
        tokens = {"width": width, "height": height, "batch_num": number}
        with ctx.files.reserve_output(prefix, ".png", root=root, tokens=tokens) as file:
            file.write(png_bytes(image, texts))
            shown.append(file.ui)
    return NodeResult(ui={"images": shown})
