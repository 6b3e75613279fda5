"""All built-in nodes, gathered."""

from graph_engine.spec.sdk import Registry


def build() -> Registry:
    """The registry of built-in nodes. Imports torch: only a worker or an in-process run calls it."""
    return Registry.collect("nodes")
