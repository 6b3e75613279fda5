"""Plug-ins as the page lists them."""

# ruff: noqa: RUF012 - pydantic copies the defaults of its fields

from typing import Literal

from web.server.schemas.base import Model


class PluginModel(Model):
    """A file or folder of nodes that is not ours, and what became of it.

    `cause` says in a sentence why it failed, `details` is a traceback; `notes` tells of single nodes that are missing.
    """

    name: str
    path: str
    state: Literal["found", "loaded", "failed", "disabled", "left_out"]
    nodes: list[str] = []
    seconds: float = 0.0
    cause: str = ""
    details: str = ""
    notes: list[str] = []


class PluginList(Model):
    """Every plug-in found; `ready` is false while there is no worker to ask."""

    ready: bool
    plugins: list[PluginModel]
