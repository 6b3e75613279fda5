"""Taking in a picture: streamed to a temporary file, judged by its content, then given its name."""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp import BodyPartReader, web

from graph_engine.files.jail import Jail, PathRefused
from web.server.disk import require_room
from web.server.refusals import refuse
from web.server.services import Services
from web.server.settings import Limits

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
FIELD_BYTES = 4096
FIELDS = 16
FRAMES = 1000
NAMES = 10_000


@dataclass(frozen=True)
class StoredPicture:
    """Where an uploaded picture lies."""

    root: Literal["input", "output", "temp"]
    subfolder: str
    name: str


@dataclass
class Form:
    """The parts of an upload. ``file`` is a temporary file in the folder it is meant for."""

    file: Path | None
    filename: str
    fields: dict[str, str]


async def receive_picture(request: web.Request, services: Services) -> StoredPicture:
    """Read a multipart upload with the part ``image`` and keep it. Raises a refusal."""
    form = await read_form(request, services)
    try:
        if form.file is None:
            raise refuse(422, "upload.no_image", "The upload has no part called 'image'.")
        await asyncio.to_thread(judge_picture, form.file, services.settings.limits)
        root = form.fields.get("type") or "input"
        overwrite = form.fields.get("overwrite", "").lower() in ("1", "true")
        name = (form.fields.get("subfolder") or "", form.filename)
        return await asyncio.to_thread(keep, services.folders.jail, form.file, root, name, overwrite)
    finally:
        if form.file is not None:
            form.file.unlink(missing_ok=True)


async def read_form(request: web.Request, services: Services) -> Form:
    """Stream the upload: the file to disk, small fields to memory, all within the limits."""
    limits = services.settings.limits
    if not request.content_type.startswith("multipart/"):
        raise refuse(415, "upload.not_multipart", "An upload must be multipart/form-data.")
    if (request.content_length or 0) > limits.upload_bytes + (1 << 20):
        raise _too_large(limits)
    require_room(services.folders.data, limits.disk_reserve + (request.content_length or 0))
    form = Form(None, "", {})
    try:
        async with asyncio.timeout(3600):
            reader = await request.multipart()
            count = 0
            while (part := await reader.next()) is not None:
                count += 1
                if count > FIELDS or not isinstance(part, BodyPartReader):
                    raise refuse(400, "upload.odd_form", "The upload has parts that are not expected here.")
                if part.name == "image" and form.file is None:
                    form.filename = part.filename or "image.png"
                    form.file = await _spool(part, services.folders.temp, limits)
                else:
                    form.fields[part.name or ""] = await _field(part)
    except BaseException as failure:
        if form.file is not None:
            form.file.unlink(missing_ok=True)
        if isinstance(failure, (ValueError, AssertionError)):
            raise refuse(400, "upload.malformed", "The upload cannot be read.") from failure
        raise
    return form


async def _spool(part: BodyPartReader, folder: Path, limits: Limits) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="upload.tmp-", dir=folder)
    path, size = Path(name), 0
    try:
        with os.fdopen(handle, "wb") as file:
            while True:
                async with asyncio.timeout(limits.body_seconds):
                    chunk = await part.read_chunk(64 * 1024)
                if not chunk:
                    return path
                size += len(chunk)
                if size > limits.upload_bytes:
                    raise _too_large(limits)
                file.write(chunk)
    except BaseException as failure:
        path.unlink(missing_ok=True)
        if isinstance(failure, TimeoutError):
            raise refuse(408, "request.slow", "The upload stopped arriving.", "Send it again.") from failure
        raise


async def _field(part: BodyPartReader) -> str:
    value = bytearray()
    while chunk := await part.read_chunk(FIELD_BYTES):
        value += chunk
        if len(value) > FIELD_BYTES:
            raise refuse(413, "upload.field_too_long", "A field of the upload is too long.")
    return value.decode("utf-8")


def judge_picture(path: Path, limits: Limits) -> None:
    """Is this a picture that we can read, and not larger than allowed? Only its headers are read."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(path, formats=FORMATS) as picture:
                width, height = picture.size
                frames = getattr(picture, "n_frames", 1)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(limits) from None
    except (OSError, ValueError, SyntaxError, Warning):
        raise refuse(
            415, "upload.not_a_picture", "This is not a picture that can be read.", f"Send {', '.join(FORMATS)}."
        ) from None
    if width * height > limits.upload_pixels:
        raise _too_many_pixels(limits)
    if frames > FRAMES:
        raise refuse(413, "upload.too_many_frames", f"The picture has more than {FRAMES} frames.")


def keep(jail: Jail, source: Path, root: str, name: tuple[str, str], overwrite: bool) -> StoredPicture:
    """Give the file its name; the same bytes under the same name are one file, other bytes get `` (n)``."""
    subfolder, filename = name
    if root not in ("input", "temp", "output"):
        raise refuse(400, "upload.bad_root", "A picture can go to input, temp or output.")
    stem, suffix = Path(filename).stem, Path(filename).suffix
    for attempt in range(NAMES):
        candidate = filename if attempt == 0 else f"{stem} ({attempt}){suffix}"
        try:
            target = jail.resolve(root, f"{subfolder}/{candidate}" if subfolder else candidate, must_exist=False)
        except (PathRefused, ValueError) as refused:
            raise refuse(400, "file.bad_name", "This file name cannot be used here.", str(refused)) from None
        target.parent.mkdir(parents=True, exist_ok=True)
        if overwrite and not target.is_dir():
            source.replace(target)
            return StoredPicture(root, subfolder, candidate)
        with contextlib.suppress(FileExistsError):
            os.link(source, target)
            return StoredPicture(root, subfolder, candidate)
        if target.is_file() and _digest(target) == _digest(source):
            return StoredPicture(root, subfolder, candidate)
    raise refuse(409, "upload.no_name", "Too many files have this name already.")


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()


def _too_large(limits: Limits) -> Exception:
    size = limits.upload_bytes >> 20
    return refuse(413, "upload.too_large", f"The file is larger than {size} MiB.", "Send a smaller one.", limit=size)


def _too_many_pixels(limits: Limits) -> Exception:
    millions = limits.upload_pixels // 1_000_000
    return refuse(
        413, "upload.too_many_pixels", f"The picture has more than {millions} million pixels.", limit=millions
    )
