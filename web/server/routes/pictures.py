"""The gallery's pictures: find, look, change, download."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from web.server.endpoint import Call, endpoint
from web.server.gallery.archive import zip_of
from web.server.gallery.facts import parameters_of
from web.server.gallery.picture_file import ROOT, read_graph
from web.server.gallery.record import PictureRecord
from web.server.gallery.search import PictureSearch, parse_search
from web.server.gallery.stripping import without_workflow
from web.server.gallery.thumbnails import SIDES
from web.server.gate.headers import add_headers
from web.server.pictures import file_url
from web.server.refusals import refuse
from web.server.schemas.pictures import (
    ArchiveQuery,
    ChangedCount,
    ChangePictures,
    DownloadQuery,
    MonthCount,
    PictureDetail,
    PictureIds,
    PictureList,
    PictureModel,
    PictureOfQuery,
    PictureParameter,
    PicturesQuery,
    PictureSummary,
    PictureWorkflow,
    SummaryQuery,
    ThumbnailQuery,
)
from web.server.sending import file_headers, find_file, media_type, send_path

PATH = "/api/v1/pictures"
STATES = ("kept", "trashed", "missing")
MODELS_OFFERED = 30
SAFE_INTEGER = (1 << 53) - 1
ARCHIVE_BYTES = 2 << 30
MICRO = 1_000_000


@endpoint("GET", PATH, query=PicturesQuery, response=PictureList)
async def list_pictures(call: Call[None, PicturesQuery]) -> PictureList:
    """Find pictures, newest first. `search` reads `words -without model:x seed:8120 is:star date:2026-11 board:x`."""
    query, gallery = call.query, call.services.gallery
    search = _search(query.search, query.tz)
    found = await gallery.page(search, query.limit + 1, query.before, query.after)
    if query.after is not None:
        page = found[-query.limit :]
        behind = None
    else:
        page = found[: query.limit]
        behind = page[-1].place if len(found) > len(page) else None
    return PictureList(
        pictures=[picture_model(item) for item in page],
        next=behind,
        ignored=list(search.ignored),
        scanning=gallery.scanning,
    )


@endpoint("GET", PATH + "/summary", query=SummaryQuery, response=PictureSummary)
async def summarise_pictures(call: Call[None, SummaryQuery]) -> PictureSummary:
    """Count what a search finds, by month."""
    search, tz = _search(call.query.search, call.query.tz), call.query.tz
    days, models = await call.services.gallery.read(
        lambda connection, rows: (rows.days(connection, search, tz), rows.models(connection, MODELS_OFFERED))
    )
    months: dict[str, int] = {}
    for day, count in days:
        month = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).strftime("%Y-%m")
        months[month] = months.get(month, 0) + count
    told = [MonthCount(month=name, count=count, until=_end_of(name, tz)) for name, count in reversed(months.items())]
    return PictureSummary(total=sum(count for _, count in days), months=told, models=models)


@endpoint("GET", PATH + "/of", query=PictureOfQuery, response=PictureDetail, errors=(404,))
async def get_picture_of(call: Call[None, PictureOfQuery]) -> PictureDetail:
    """The picture at a place below the output folder."""
    path = call.query.path
    return await _detail(
        call, await call.services.gallery.read(lambda connection, rows: rows.get_by_path(connection, path))
    )


@endpoint("GET", PATH + "/archive", query=ArchiveQuery, kind="bytes", errors=(404, 413))
async def download_pictures(call: Call[None, ArchiveQuery]) -> web.StreamResponse:
    """Several pictures in one ZIP file."""
    ids = [int(part) for part in call.query.ids.split(",") if 0 < len(part) < 17]
    records = await call.services.gallery.read(lambda connection, rows: rows.several(connection, ids))
    if not records:
        raise _unknown()
    if sum(item.size for item in records) > ARCHIVE_BYTES:
        raise refuse(413, "pictures.too_many", "These pictures are more than 2 GiB.", "Download fewer at a time.")
    folders = call.services.folders
    path = await asyncio.to_thread(zip_of, folders, records, workflow=call.query.workflow)
    try:
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/zip",
                "Content-Disposition": f'attachment; filename="pictures-{time.strftime("%Y%m%d-%H%M%S")}.zip"',
                "Content-Length": str(path.stat().st_size),
            }
        )
        add_headers(response, secure=call.services.gate.secure)
        await response.prepare(call.request)
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, 1 << 20):
                await response.write(chunk)
        await response.write_eof()
    finally:
        path.unlink(missing_ok=True)
    return response


@endpoint("GET", PATH + r"/{id:\d{1,16}}", response=PictureDetail, errors=(404,))
async def get_picture(call: Call[None, None]) -> PictureDetail:
    """A picture with every value behind it."""
    return await _detail(call, await _record(call))


@endpoint("GET", PATH + r"/{id:\d{1,16}}/workflow", response=PictureWorkflow, errors=(404,))
async def get_picture_workflow(call: Call[None, None]) -> PictureWorkflow:
    """The workflow that made a picture: from its file, or from its job where the file carries none."""
    record = await _record(call)
    graph, workflow = await asyncio.to_thread(read_graph, call.services.folders.jail, record.path)
    if workflow is None and record.job_id:
        content = await call.services.jobs.store.content(record.job_id)
        if content is not None:
            workflow, graph = content.workflow, graph or dict(content.graph)
    found = workflow or graph
    if found is None:
        raise refuse(404, "picture.no_workflow", "This picture carries no workflow.", "Its job is not known either.")
    return PictureWorkflow(workflow=dict(found))


@endpoint("GET", PATH + r"/{id:\d{1,16}}/thumbnail", query=ThumbnailQuery, kind="bytes", errors=(404,))
async def get_thumbnail(call: Call[None, ThumbnailQuery]) -> web.StreamResponse:
    """A small likeness of a picture (WebP), or the picture itself where it is small."""
    record = await _record(call)
    version = record.version
    side = next(item for item in SIDES if item >= call.query.side)
    etag = f'"{version}-{side}"'
    keep = "private, max-age=604800" if call.query.v == version else "private, no-cache"
    headers = {"ETag": etag, "Cache-Control": keep}
    if call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    path = await call.services.gallery.thumbnails.get(record.path, version, side)
    try:
        data = b"" if path is None else await asyncio.to_thread(path.read_bytes)
    except OSError:
        data = b""  # deleted in this moment
    if not data:
        raise refuse(404, "picture.gone", f"{record.path} is not there any more, or cannot be read.")
    return web.Response(body=data, content_type=media_type(data[:16]), headers=headers)


@endpoint("GET", PATH + r"/{id:\d{1,16}}/download", query=DownloadQuery, kind="bytes", errors=(404,))
async def download_picture(call: Call[None, DownloadQuery]) -> web.StreamResponse:
    """A picture as a file, with its workflow or without; colours and colour profile are never touched."""
    record = await _record(call)
    path = find_file(call.services.folders.jail, ROOT, record.path)
    if call.query.workflow:
        response = await send_path(call.request, path)
    else:
        data = await asyncio.to_thread(lambda: without_workflow(path.read_bytes()))
        response = web.Response(body=data, headers=file_headers(media_type(data[:16]), path.name))
    shown = response.headers["Content-Disposition"]
    response.headers["Content-Disposition"] = shown.replace("inline", "attachment", 1)
    return response


@endpoint("POST", PATH + "/changes", body=ChangePictures, response=ChangedCount, errors=(422, 507))
async def change_pictures(call: Call[ChangePictures, None]) -> ChangedCount:
    """Star pictures, put them into the trash (30 days), or take them out again."""
    body = call.body

    def work(connection: Any, rows: Any) -> int:
        changed = 0
        if body.star is not None:
            changed = rows.star(connection, body.ids, body.star)
        if body.trash is not None:
            done = rows.trash(connection, body.ids, time.time()) if body.trash else rows.restore(connection, body.ids)
            changed = max(changed, done)
        return changed

    return ChangedCount(changed=await call.services.gallery.write(work))


@endpoint("POST", PATH + "/delete", body=PictureIds, response=ChangedCount, errors=(422,))
async def delete_pictures(call: Call[PictureIds, None]) -> ChangedCount:
    """Delete pictures that are in the trash, or whose files are gone, for good. Others are left alone."""
    ids = call.body.ids
    records = await call.services.gallery.read(lambda connection, rows: rows.several(connection, ids))
    return ChangedCount(changed=await call.services.gallery.delete([item for item in records if item.bin]))


@endpoint("POST", PATH + "/scan", response=ChangedCount)
async def scan_pictures(call: Call[None, None]) -> ChangedCount:
    """Look through the output folder for pictures that came from elsewhere."""
    return ChangedCount(changed=0 if call.services.gallery.scanning else await call.services.gallery.scan())


def picture_model(item: PictureRecord) -> PictureModel:
    """A picture as it travels."""
    subfolder, _, filename = item.path.rpartition("/")
    plain = ("id", "place", "size", "width", "height", "made", "star", "trashed", "job_id", "node", "title", "blur")
    return PictureModel(
        **{name: getattr(item, name) for name in plain},
        **vars(item.facts),
        workflow=item.workflow or bool(item.job_id),
        subfolder=subfolder,
        filename=filename,
        url=file_url(ROOT, subfolder, filename),
        thumbnail=f"{PATH}/{item.id}/thumbnail?v={item.version}",
        version=item.version,
        state=STATES[item.bin],
    )


async def _record(call: Call[Any, Any]) -> PictureRecord:
    number = int(call.part("id"))
    record = await call.services.gallery.read(lambda connection, rows: rows.get(connection, number))
    if record is None:
        raise _unknown()
    return record


async def _detail(call: Call[Any, Any], record: PictureRecord | None) -> PictureDetail:
    if record is None:
        raise _unknown()
    graph, _ = await asyncio.to_thread(read_graph, call.services.folders.jail, record.path)
    if graph is None and record.job_id:
        content = await call.services.jobs.store.content(record.job_id)
        graph = None if content is None else dict(content.graph)
    boards = await call.services.boards.of_picture(record.id)
    found = parameters_of(graph, record.node) if graph else []
    return PictureDetail(
        picture=picture_model(record),
        boards=boards,
        parameters=[
            PictureParameter(node=item.node, type=item.type, title=item.title, name=item.name, value=_exact(item.value))
            for item in found
        ],
    )


def _exact(value: str | float | bool) -> str | float | bool:
    return str(value) if isinstance(value, int) and abs(value) > SAFE_INTEGER else value


def _search(text: str, minutes_east: int) -> PictureSearch:
    return parse_search(text, now=time.time(), minutes_east=minutes_east)


def _end_of(month: str, minutes_east: int) -> int:
    year, number = (int(part) for part in month.split("-"))
    first = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC) - timedelta(minutes=minutes_east)
    return int(first.timestamp() * MICRO)


def _unknown() -> Exception:
    return refuse(404, "picture.unknown", "There is no such picture.", "It may have been deleted.")
