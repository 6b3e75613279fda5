"""Ready workflows, as files in one folder."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from aiohttp import web

from web.server.endpoint import Call, endpoint
from web.server.refusals import refuse
from web.server.schemas.templates import TemplateList, TemplateModel
from web.server.schemas.workflow import WorkflowDocument

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@endpoint("GET", "/api/v1/templates", response=TemplateList)
async def list_templates(call: Call[None, None]) -> TemplateList:
    """List the ready workflows."""
    return TemplateList(templates=await asyncio.to_thread(_templates, call.services.settings.templates))


@endpoint("GET", "/api/v1/templates/{name}", response=WorkflowDocument, errors=(404,))
async def get_template(call: Call[None, None]) -> web.Response:
    """A ready workflow."""
    folder, name = call.services.settings.templates, call.part("name")
    path = folder / f"{name}.json" if folder and NAME.fullmatch(name) else None
    if path is None or not path.is_file():
        raise refuse(404, "template.unknown", "There is no such template.", template=name[:100])
    return web.Response(body=path.read_bytes(), content_type="application/json")


def _templates(folder: Path | None) -> list[TemplateModel]:
    if folder is None or not folder.is_dir():
        return []
    found: list[TemplateModel] = []
    for path in sorted(folder.glob("*.json")):
        try:
            document: Any = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if NAME.fullmatch(path.stem) and isinstance(document, dict):
            words = document.get("extra", {}).get("description", "")
            found.append(TemplateModel(name=path.stem, title=str(document.get("title", path.stem)), description=words))
    return found
