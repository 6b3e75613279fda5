"""Ready workflows, as files in one folder."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from graph_engine.files.json_text import read_json
from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.schemas.saved_workflows import WorkflowCard
from web.server.schemas.templates import TemplateList, TemplateModel
from web.server.schemas.workflow import WorkflowDocument
from web.server.workflow_cards import card_of

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@endpoint("GET", "/api/v1/templates", response=TemplateList)
async def list_templates(call: Call[None, None]) -> TemplateList:
    """List the ready workflows."""
    services = call.services
    cards = partial(card_of, catalogue=services.node_types.catalogue, folders=services.folders)
    return TemplateList(templates=await asyncio.to_thread(_templates, services.settings.templates, cards))


@endpoint("GET", "/api/v1/templates/{name}", response=WorkflowDocument, errors=(404,))
async def get_template(call: Call[None, None]) -> web.Response:
    """A ready workflow."""
    folder, name = call.services.settings.templates, call.part("name")
    path = folder / f"{name}.json" if folder and NAME.fullmatch(name) else None
    if path is None or not path.is_file():
        raise refuse(404, "template.unknown", "There is no such template.", template=name[:100])
    return web.Response(body=path.read_bytes(), content_type="application/json")


@endpoint("GET", "/api/v1/templates/{name}/thumbnail", kind="bytes", errors=(404,))
async def get_template_thumbnail(call: Call[None, None]) -> web.StreamResponse:
    """The picture that a ready workflow makes."""
    folder, name = call.services.settings.templates, call.part("name")
    path = _thumbnail(folder, name) if folder and NAME.fullmatch(name) else None
    if path is None:
        raise refuse(404, "template.no_thumbnail", "There is no picture of this template.", template=name[:100])
    return web.FileResponse(path, headers={"Content-Type": "image/webp", "Cache-Control": "no-cache"})


def _thumbnail(folder: Path, name: str) -> Path | None:
    path = folder / "thumbnails" / f"{name}.webp"
    return path if path.is_file() else None


def _templates(folder: Path | None, cards: Callable[[Any], WorkflowCard | None]) -> list[TemplateModel]:
    if folder is None or not folder.is_dir():
        return []
    found: list[TemplateModel] = []
    for path in sorted(folder.glob("*.json")):
        try:
            document: Any = read_json(path.read_bytes())
        except (OSError, ValueError):
            continue
        if NAME.fullmatch(path.stem) and isinstance(document, dict):
            card = cards(document)
            picture = f"/api/v1/templates/{path.stem}/thumbnail" if _thumbnail(folder, path.stem) else None
            words = card.description if card else ""
            title = (card.title if card else "") or path.stem
            found.append(TemplateModel(name=path.stem, title=title, description=words, card=card, thumbnail=picture))
    return found
