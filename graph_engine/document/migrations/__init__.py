"""Older documents into the form of today, one version a file. What comes in is never changed in place."""

from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.document.migrations import v1

STEPS: Mapping[int, Callable[[Mapping[str, Any]], dict[str, Any]]] = {1: v1.to_2}
"""By the version that a step starts from."""


def migrated(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document's JSON at the newest version; what is there already is given back as it is."""
    while (step := STEPS.get(value["noiseloom"])) is not None:
        value = step(value)
    return value
