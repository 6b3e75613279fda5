"""A v1 node class as a node type of this engine."""

import inspect
from typing import Any

from compat.comfyui.worker.inputs import input_spec
from compat.comfyui.worker.node_class import CONTEXT, NodeClass
from compat.comfyui.worker.object_info import object_info
from compat.comfyui.worker.socket_types import plain_text, return_names, return_types, type_name
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.node import NodeSpec, OutputSpec

INFO = "comfyui"
"""Under this name a spec's ``extra`` carries what ``/object_info`` answers."""


def node_type(found: NodeClass, title: str, module: str) -> NodeType:
    """The node type of a class from the pack ``module`` (``custom_nodes.NAME``)."""
    cls = found.cls
    hidden = set(found.hidden.values())
    has_lazy = callable(getattr(cls, "check_lazy_status", None))

    def call(**arguments: Any) -> Any:
        return found.call(arguments)

    async def call_async(**arguments: Any) -> Any:
        return await found.call_async(arguments)

    return NodeType(
        spec=_spec(found, title, module),
        function=call_async if found.is_async else call,
        context=CONTEXT,
        needs=found.needs if has_lazy else None,
        keyed_by_id=bool(getattr(cls, "NOT_IDEMPOTENT", False)) or "UNIQUE_ID" in hidden,
        outside=found.outside if hasattr(cls, "IS_CHANGED") else None,
        origin=_origin(cls),
    )


def _spec(found: NodeClass, title: str, module: str) -> NodeSpec:
    cls = found.cls
    types = return_types(cls)
    names = return_names(cls, len(types))
    outputs = found.outputs
    judged, judges_types = found.checks_of()
    tooltips: Any = getattr(cls, "OUTPUT_TOOLTIPS", None) or ()
    return NodeSpec(
        id=found.type_id,
        title=title,
        category=plain_text(getattr(cls, "CATEGORY", "") or "sd"),
        description=inspect.cleandoc(plain_text(getattr(cls, "DESCRIPTION", "") or "")),
        inputs=tuple(input_spec(item, unbounded=item.name in judged) for item in found.stated),
        outputs=tuple(
            OutputSpec(
                name=name,
                type=type_name(kind),
                is_list=is_list,
                tooltip=plain_text(tooltips[index] or "") if index < len(tooltips) else "",
            )
            for index, (name, kind, is_list) in enumerate(zip(names, types, outputs.lists, strict=True))
        ),
        is_output=outputs.is_output,
        list_inputs=found.lists_in,
        deprecated=bool(getattr(cls, "DEPRECATED", False)),
        experimental=bool(getattr(cls, "EXPERIMENTAL", False)),
        source=module,
        further_inputs="any" if found.takes_any else "wires" if found.takes_more else "",
        checks_inputs=callable(getattr(cls, "VALIDATE_INPUTS", None)),
        checks_types=judges_types,
        extra={INFO: object_info(found.type_id, title, cls, module, found.input_types)},
    )


def _origin(cls: Any) -> str:
    try:
        return f"{inspect.getsourcefile(cls)}:{inspect.getsourcelines(cls)[1]}"
    except (OSError, TypeError):
        return f"{getattr(cls, '__module__', '')}.{getattr(cls, '__qualname__', cls)}"
