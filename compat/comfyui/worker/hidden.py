"""Hidden inputs: what a node learns of the job it is part of."""

from collections.abc import Mapping
from typing import Any

from graph_engine.document.graph import Graph
from graph_engine.document.run_form import graph_to_json
from graph_engine.spec.context import NodeContext


class DynamicPrompt:
    """The job's graph as it grows, in API form."""

    def __init__(self, context: NodeContext) -> None:
        self._context = context

    def get_node(self, node_id: str) -> dict[str, Any]:
        """One node, submitted or expanded. Raises KeyError for an unknown id."""
        node = self._context.running.node(node_id)
        if node is None:
            raise KeyError(f"The job has no node {node_id}.")
        return graph_to_json(Graph({node_id: node}))[node_id]

    def has_node(self, node_id: str) -> bool:
        """Whether there is such a node now."""
        return self._context.running.node(node_id) is not None

    def get_real_node_id(self, node_id: str) -> str:
        """The submitted node that it came from."""
        return self._context.running.real_id(node_id)

    def get_parent_node_id(self, node_id: str) -> str | None:
        """The node whose expansion made it."""
        return self._context.running.parent_id(node_id)

    def get_display_node_id(self, node_id: str) -> str:
        """The node that is shown in its stead."""
        return self._context.running.display_id(node_id)

    def all_node_ids(self) -> set[str]:
        """Ids of all nodes there are now."""
        return set(self._context.running.graph().nodes)

    def get_original_prompt(self) -> Mapping[str, Any]:
        """The graph as submitted."""
        return original_prompt(self._context)


def original_prompt(context: NodeContext) -> Mapping[str, Any]:
    """The graph as submitted, in API form."""
    prompt = context.metadata.get("prompt")
    return prompt if isinstance(prompt, Mapping) else {}  # pyright: ignore[reportUnknownVariableType]


def hidden_values(wanted: Mapping[str, str], context: NodeContext | None, node_id: str) -> dict[str, Any]:
    """The hidden inputs by parameter name; without a context, as before a run. There are no tokens to hand out."""
    values: dict[str, Any] = {}
    for name, kind in wanted.items():
        match kind:
            case "UNIQUE_ID":
                values[name] = node_id
            case "PROMPT":
                values[name] = original_prompt(context) if context is not None else {}
            case "EXTRA_PNGINFO":
                values[name] = _extra_pnginfo(context) if context is not None else None
            case "DYNPROMPT":
                values[name] = DynamicPrompt(context) if context is not None else None
            case "AUTH_TOKEN_COMFY_ORG" | "API_KEY_COMFY_ORG":
                values[name] = None
            case _:
                pass
    return values


def _extra_pnginfo(context: NodeContext) -> dict[str, Any]:
    return {name: value for name, value in context.metadata.items() if name != "prompt"}
