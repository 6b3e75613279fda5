"""All built-in nodes, gathered."""

import importlib

from graph_engine.spec.sdk import Registry


def build() -> Registry:
    """The registry of built-in nodes. Imports torch: only a worker or an in-process run calls it."""
    return Registry.collect("nodes")


def warm_up() -> None:
    """Import what the first checkpoint needs: seconds of work that a worker does while nobody waits."""
    importlib.import_module("transformers.models.clip.modeling_clip")
