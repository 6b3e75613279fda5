"""A v3 node class as a v1 class."""

import asyncio
import inspect
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from compat.comfyui.worker.blocker import ExecutionBlocker
from compat.comfyui.worker.contract_v3.io import Hidden, NodeOutput, Schema

_HIDDEN = "__hidden_"
_OF_OUTPUT_NODES = (Hidden.prompt, Hidden.extra_pnginfo)


def facade_of(cls: Any) -> Any:
    """A class of contract v1 that does what the v3 class ``cls`` does. Its schema is in ``SCHEMA``."""
    schema: Schema = cls.define_schema()
    hidden = list(dict.fromkeys([*schema.hidden, *(_OF_OUTPUT_NODES if schema.is_output_node else ())]))
    members: dict[str, Any] = {
        "SCHEMA": schema,
        "V3_CLASS": cls,
        "INPUT_TYPES": classmethod(lambda _: _input_types(cls.define_schema(), hidden)),
        "RETURN_TYPES": tuple(item.get_io_type() for item in schema.outputs),
        "RETURN_NAMES": tuple(item.display_name or item.id or item.get_io_type() for item in schema.outputs),
        "OUTPUT_IS_LIST": tuple(item.is_output_list for item in schema.outputs),
        "OUTPUT_TOOLTIPS": tuple(item.tooltip or "" for item in schema.outputs),
        "FUNCTION": "call",
        "CATEGORY": schema.category,
        "DESCRIPTION": schema.description,
        "OUTPUT_NODE": schema.is_output_node,
        "INPUT_IS_LIST": schema.is_input_list,
        "DEPRECATED": schema.is_deprecated,
        "EXPERIMENTAL": schema.is_experimental,
        "API_NODE": schema.is_api_node,
        "NOT_IDEMPOTENT": schema.not_idempotent,
        "call": _call_async if inspect.iscoroutinefunction(cls.execute) else _call,
    }
    if "validate_inputs" in dir(cls):
        members["VALIDATE_INPUTS"] = _as_static(cls.validate_inputs)
    if "fingerprint_inputs" in dir(cls):
        members["IS_CHANGED"] = staticmethod(partial(_fingerprint, cls))
    if "check_lazy_status" in dir(cls):
        members["check_lazy_status"] = _check_lazy_status
    return type(cls.__name__, (), members)


def _fingerprint(cls: Any, **given: Any) -> Any:
    return cls.fingerprint_inputs(**_apart(given)[0])


def _as_static(method: Any) -> Any:
    """The class method as a static one; its parameters stay readable."""
    return staticmethod(method)


def _input_types(schema: Schema, hidden: list[Hidden]) -> dict[str, Any]:
    stated: dict[str, Any] = {"required": {}, "optional": {}}
    for item in schema.inputs:
        stated["optional" if item.optional else "required"][item.id] = item.as_v1()
    stated["hidden"] = {f"{_HIDDEN}{item.name}": item.value for item in hidden}
    return {section: entries for section, entries in stated.items() if entries or section == "required"}


def _apart(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs, and the hidden ones by their v3 names."""
    inputs = {name: value for name, value in given.items() if not name.startswith(_HIDDEN)}
    hidden = {
        name.removeprefix(_HIDDEN): value[0] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]
        for name, value in given.items()
        if name.startswith(_HIDDEN)
    }
    return inputs, hidden


def _clone(cls: Any, hidden: Mapping[str, Any]) -> Any:
    """A class for one call: what the node sets on ``cls`` goes with it."""
    known = {item.name: hidden.get(item.name) for item in Hidden}
    return type(cls.__name__, (cls,), {"hidden": SimpleNamespace(**known)})


def _call(self: Any, **given: Any) -> Any:
    inputs, hidden = _apart(given)
    return _v1_result(self.SCHEMA, _clone(self.V3_CLASS, hidden).execute(**inputs))


async def _call_async(self: Any, **given: Any) -> Any:
    inputs, hidden = _apart(given)
    return _v1_result(self.SCHEMA, await _clone(self.V3_CLASS, hidden).execute(**inputs))


def _check_lazy_status(self: Any, **given: Any) -> Any:
    inputs, hidden = _apart(given)
    answer = _clone(self.V3_CLASS, hidden).check_lazy_status(**inputs)
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


def _v1_result(schema: Schema, output: Any) -> Any:
    if output is None:
        return {}
    if isinstance(output, ExecutionBlocker):
        return output
    if isinstance(output, dict):
        output = NodeOutput(*output.get("result", ()), ui=output.get("ui"), expand=output.get("expand"))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(output, tuple):
        output = NodeOutput(*output)  # pyright: ignore[reportUnknownArgumentType]
    if not isinstance(output, NodeOutput):
        raise TypeError(f"{schema.node_id} returned a {type(output).__name__}; a v3 node returns io.NodeOutput.")
    stated: dict[str, Any] = {"result": output.args}
    if output.block_execution is not None:
        stated["result"] = ExecutionBlocker(output.block_execution)
    if output.ui is not None:
        stated["ui"] = output.ui.as_dict() if hasattr(output.ui, "as_dict") else output.ui
    if output.expand is not None:
        if not schema.enable_expand:
            raise TypeError(f"{schema.node_id} expands, and its schema does not say enable_expand=True.")
        stated["expand"] = output.expand
    return stated
