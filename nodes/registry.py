"""All built-in nodes, gathered."""

from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.cache.stores.disk import ValueCodec
from graph_engine.files.folders import Folders
from graph_engine.spec.sdk import Registry


def build() -> Registry:
    """The registry of built-in nodes. Imports torch: only a worker or an in-process run calls it."""
    return Registry.collect("nodes")


def value_codec() -> ValueCodec:
    """What the disk cache writes tensors with."""
    from nodes.value_codec import TensorCodec

    return TensorCodec()


def questions(folders: Folders) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
    """What the server may ask a worker with these nodes, besides jobs, by name."""
    from nodes.model_facts import questions

    return questions(folders)
