"""The OpenAPI 3.1 document of ``/api/v1``, made from the endpoints themselves.

``python -m web.server.openapi`` prints it; the page's types are generated from that text.
"""

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.server.endpoint import Endpoint
from web.server.schemas.events import EventFrame, HelloFrame, PreviewHeader
from web.server.schemas.problems import ProblemDocument
from web.server.schemas.workflow import SCHEMA_REFERENCE, RunFormNode, WorkflowDocument

TEMPLATE = "#/components/schemas/{model}"
REFUSALS = {
    400: "The request cannot be read.",
    404: "There is no such thing.",
    409: "Its state does not allow that.",
    413: "Too large.",
    415: "Not a kind of content that is taken here.",
    422: "Understood, but wrong; `problems` says what and where.",
    429: "Too many; try again later.",
    507: "The disk is full, or may not be written to.",
}
RULED_PART = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")
"""A part of a path with a pattern that it must match, such as ``{id:\\d{1,16}}``."""
Modes: TypeAlias = Literal["validation", "serialization"]


def openapi_document(endpoints: Iterable[Endpoint], version: str) -> dict[str, Any]:
    """The whole document as JSON values."""
    known = list(endpoints)
    wanted: dict[tuple[type[BaseModel], Modes], None] = {
        (ProblemDocument, "serialization"): None,
        (EventFrame, "serialization"): None,
        (HelloFrame, "serialization"): None,
        (PreviewHeader, "serialization"): None,
        (WorkflowDocument, "validation"): None,
        (RunFormNode, "validation"): None,
    }
    for item in known:
        if item.body:
            wanted[(item.body, "validation")] = None
        if item.query:
            wanted[(item.query, "validation")] = None
        if item.response:
            wanted[(item.response, "serialization")] = None
    references, definitions = models_json_schema(list(wanted), ref_template=TEMPLATE)
    paths: dict[str, dict[str, Any]] = {}
    for item in known:
        operation = _operation(item, references, definitions["$defs"])
        paths.setdefault(RULED_PART.sub(r"{\1}", item.path), {})[item.method.lower()] = operation
    queries = {item.query.__name__ for item in known if item.query}
    components = {name: schema for name, schema in definitions["$defs"].items() if name not in queries}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Noiseloom",
            "version": version,
            "description": "Refusals are `application/problem+json`. Events come over the socket `/api/v1/events`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }
    return _resolve(document)


def _operation(item: Endpoint, references: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": item.name,
        "summary": item.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)", item.path)
        ],
        "responses": {},
    }
    if item.query:
        schema = schemas[references[(item.query, "validation")]["$ref"].rsplit("/", 1)[1]]
        operation["parameters"] += [
            {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": value}
            for name, value in schema["properties"].items()
        ]
    if item.body:
        media = "multipart/form-data" if item.kind == "upload" else "application/json"
        content = {media: {"schema": references[(item.body, "validation")]}}
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"][str(item.status)] = _answer(item, references)
    refusal = {"application/problem+json": {"schema": references[(ProblemDocument, "serialization")]}}
    read = {422} if item.query or item.body else set[int]()
    for status in sorted({400, *read, *({413, 415} if item.body else ()), *item.errors}):
        operation["responses"][str(status)] = {"description": REFUSALS[status], "content": refusal}
    return operation


def _answer(item: Endpoint, references: Any) -> dict[str, Any]:
    if item.kind == "socket":
        words = "Switches to a WebSocket: text frames HelloFrame then EventFrame, binary frames with PreviewHeader."
        return {"description": words}
    if item.kind == "bytes":
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "The bytes.", "content": content}
    if item.response is None:
        return {"description": "Done."}
    schema = references[(item.response, "serialization")]
    return {"description": "The answer.", "content": {"application/json": {"schema": schema}}}


def _resolve(value: Any) -> Any:
    """Replace our reference marks; schemas are shallow, so recursion is safe here."""
    if isinstance(value, dict):
        if SCHEMA_REFERENCE in value:
            return {"$ref": TEMPLATE.format(model=value[SCHEMA_REFERENCE])}
        return {key: _resolve(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item) for item in value]
    return value


def main() -> None:
    """Print the document, stable to the byte."""
    from web.server.routes import api_endpoints
    from web.server.version import VERSION

    json.dump(openapi_document(api_endpoints(), VERSION), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
