"""What the OpenAPI document says of every endpoint."""

import re

from web.server.openapi import openapi_document
from web.server.routes import api_endpoints
from web.server.schemas.nodes import InputModel, NodeTypeModel


def test_parts_of_paths_are_plain_names() -> None:
    for path in openapi_document(api_endpoints(), "1")["paths"]:
        assert re.fullmatch(r"(/[a-z0-9_-]+|/\{\w+\})+", path), path


def test_what_is_read_may_be_refused_and_what_answers_nothing_says_so() -> None:
    paths = openapi_document(api_endpoints(), "1")["paths"]
    for item in (operation for path in paths.values() for operation in path.values()):
        answers = item["responses"]
        query = [part for part in item["parameters"] if part["in"] == "query"]
        assert "422" in answers or not (query or "requestBody" in item), item["operationId"]
        assert {"413", "415"} <= answers.keys() or "requestBody" not in item, item["operationId"]
        assert answers.get("200", {}).get("description") != "Done.", item["operationId"]


def test_the_palette_s_models_name_every_field_that_is_sent() -> None:
    from dataclasses import fields

    from graph_engine.spec.node import InputSpec, NodeSpec

    assert {item.name for item in fields(InputSpec)} <= InputModel.model_fields.keys()
    assert {item.name for item in fields(NodeSpec)} <= NodeTypeModel.model_fields.keys()
