"""``/view``, uploads, and the lists of models."""

import asyncio
import io
import json
import re
from pathlib import Path, PurePosixPath

from aiohttp import web

from compat.comfyui.server.model_kinds import kind_named, kinds_of
from graph_engine.files.folders import split_root
from graph_engine.files.jail import PathRefused
from web.server.model_files import MODEL_FILES
from web.server.pictures import ROOTS
from web.server.refusals import refuse
from web.server.sending import file_headers, find_file, send_path
from web.server.services import SERVICES, Services
from web.server.uploads import judge_picture, keep, read_form, receive_picture

PREVIEW = re.compile(r"(webp|jpeg)(?:;(\d{1,3}))?")
CHANNELS = ("rgba", "rgb", "a")


async def get_view(request: web.Request) -> web.StreamResponse:
    """A file of the data folder; with ``preview`` or ``channel`` a picture made from it."""
    path = _file(request)
    preview, channel = request.query.get("preview"), request.query.get("channel", "rgba")
    if channel not in CHANNELS:
        raise refuse(400, "view.bad_channel", "'channel' is rgba, rgb or a.")
    if preview is None and "channel" not in request.query:
        return await send_path(request, path)
    if preview is None and channel == "rgba":
        return await send_path(request, path)
    wanted = PREVIEW.fullmatch(preview) if preview is not None else None
    kind, quality = (wanted[1], min(100, int(wanted[2] or 90))) if wanted else (("webp", 90) if preview else ("png", 0))
    limits = request.app[SERVICES].settings.limits
    try:
        data = await asyncio.to_thread(_converted, path, kind, quality, channel, limits.upload_pixels)
    except (OSError, ValueError, SyntaxError):
        return await send_path(request, path)
    return web.Response(body=data, headers=file_headers(f"image/{kind}", path.name))


async def post_upload(request: web.Request) -> web.Response:
    """Keep an uploaded picture."""
    stored = await receive_picture(request, request.app[SERVICES])
    return web.json_response({"name": stored.name, "subfolder": stored.subfolder, "type": stored.root})


async def post_mask(request: web.Request) -> web.Response:
    """Keep a copy of an original picture with the uploaded picture's alpha; the original's texts stay in it."""
    services = request.app[SERVICES]
    form = await read_form(request, services)
    try:
        if form.file is None:
            raise refuse(422, "upload.no_image", "The upload has no part called 'image'.")
        limits = services.settings.limits
        await asyncio.to_thread(judge_picture, form.file, limits)
        original = _original(services, form.fields.get("original_ref", ""))
        await asyncio.to_thread(judge_picture, original, limits)
        await asyncio.to_thread(_with_alpha, original, form.file)
        root, name = form.fields.get("type") or "input", (form.fields.get("subfolder") or "", form.filename)
        overwrite = form.fields.get("overwrite", "").lower() in ("1", "true")
        stored = await asyncio.to_thread(keep, services.folders.jail, form.file, root, name, overwrite)
    finally:
        if form.file is not None:
            form.file.unlink(missing_ok=True)
    return web.json_response({"name": stored.name, "subfolder": stored.subfolder, "type": stored.root})


async def get_embeddings(request: web.Request) -> web.Response:
    """Names of textual-inversion files, without their endings."""
    names = await asyncio.to_thread(_names, request.app[SERVICES], "embeddings")
    return web.json_response([str(PurePosixPath(name).with_suffix("")) for name in names])


async def get_models(request: web.Request) -> web.Response:
    """The kinds of model there are folders for."""
    return web.json_response(await asyncio.to_thread(kinds_of, request.app[SERVICES].folders))


async def get_models_of(request: web.Request) -> web.Response:
    """The model files of one kind."""
    services = request.app[SERVICES]
    kind = await asyncio.to_thread(kind_named, services.folders, request.match_info["folder"])
    if kind is None:
        raise refuse(404, "models.unknown_kind", "There is no such model folder.")
    return web.json_response(await asyncio.to_thread(_names, services, kind))


def _original(services: Services, reference: str) -> Path:
    try:
        stated = json.loads(reference)
        root, filename = stated.get("type") or "output", str(stated["filename"])
    except (ValueError, KeyError, AttributeError, RecursionError):
        raise refuse(400, "upload.bad_reference", "'original_ref' must be JSON that names a file.") from None
    subfolder = str(stated.get("subfolder") or "")
    return find_file(services.folders.jail, str(root), f"{subfolder}/{filename}" if subfolder else filename)


def _with_alpha(original: Path, upload: Path) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    with Image.open(original) as picture, Image.open(upload) as mask:
        if picture.size != mask.size:
            raise refuse(400, "upload.other_size", "The mask and its original differ in size.")
        texts = PngInfo()
        for name, text in getattr(picture, "text", {}).items():
            texts.add_text(name, text)
        made = picture.convert("RGBA")
        made.putalpha(mask.convert("RGBA").getchannel("A"))
    made.save(upload, "PNG", pnginfo=texts)


def _file(request: web.Request) -> Path:
    query = request.query
    root, filename = split_root(query.get("filename", ""))
    if filename == query.get("filename", ""):
        root = query.get("type", "output")
    if not filename:
        raise refuse(400, "view.no_filename", "State a filename.")
    if root not in ROOTS:
        raise refuse(400, "view.bad_type", "'type' is output, input or temp.")
    subfolder = query.get("subfolder", "")
    if "/" in filename.replace("\\", "/"):
        raise refuse(400, "file.bad_name", "This file name cannot be used here.", "State folders in 'subfolder'.")
    jail = request.app[SERVICES].folders.jail
    try:
        return jail.resolve(root, f"{subfolder}/{filename}" if subfolder else filename)
    except PathRefused as refused:
        if refused.missing:
            raise refuse(404, "file.unknown", "There is no such file.") from None
        raise refuse(400, "file.bad_name", "This file name cannot be used here.") from None


def _converted(path: Path, kind: str, quality: int, channel: str, pixels: int) -> bytes:
    from PIL import Image

    with Image.open(path, formats=("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")) as picture:
        if picture.size[0] * picture.size[1] > pixels:
            raise ValueError("too large")
        if channel == "a":
            has_alpha = "A" in picture.getbands() or "transparency" in picture.info
            alpha = picture.convert("RGBA").getchannel("A") if has_alpha else Image.new("L", picture.size, 255)
            made = Image.new("RGBA", picture.size)
            made.putalpha(alpha)
        else:
            made = picture.convert("RGB" if channel == "rgb" or kind == "jpeg" else "RGBA")
        if kind == "jpeg":
            made = made.convert("RGB")
        buffer = io.BytesIO()
        options = {} if kind == "png" else {"quality": quality}
        made.save(buffer, kind.upper(), **options)
    return buffer.getvalue()


def _names(services: Services, kind: str) -> list[str]:
    try:
        return services.folders.model_names(kind, MODEL_FILES)
    except PathRefused:
        return []
