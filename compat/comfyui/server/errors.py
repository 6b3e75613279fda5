"""Our problems in ComfyUI's error objects: ``{type, message, details, extra_info}``."""

from collections.abc import Mapping
from typing import Any

from compat.comfyui.server.node_info import input_config
from graph_engine.spec.node import Catalogue
from graph_engine.validate.problem import Problem
from graph_engine.validate.validate import Validation

TYPES = {
    "input.missing": ("required_input_missing", "Required input is missing"),
    "input.bad_link": ("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]"),
    "link.unknown_node": ("bad_linked_input", "Linked node does not exist"),
    "link.unknown_output": ("bad_linked_input", "Linked output does not exist"),
    "link.type_mismatch": ("return_type_mismatch", "Return type mismatch between linked nodes"),
    "input.needs_wire": ("invalid_input_type", "The input needs a link"),
    "value.too_small": ("value_smaller_than_min", "Value is smaller than the minimum"),
    "value.too_large": ("value_bigger_than_max", "Value is bigger than the maximum"),
    "value.not_a_choice": ("value_not_in_list", "Value not in list"),
    "value.no_such_file": ("value_not_in_list", "Value not in list"),
    "value.not_an_integer": ("invalid_input_type", "Failed to convert an input value to an INT value"),
    "value.not_a_number": ("invalid_input_type", "Failed to convert an input value to a FLOAT value"),
    "value.not_a_text": ("invalid_input_type", "Failed to convert an input value to a STRING value"),
    "value.not_a_boolean": ("invalid_input_type", "Failed to convert an input value to a BOOLEAN value"),
    "value.too_long": ("invalid_input_type", "The value is too long"),
}
CUSTOM = "custom_validation_failed", "Custom validation failed for node"
NO_OUTPUTS = frozenset({"graph.no_outputs", "graph.empty", "graph.unknown_target"})
WHOLE = frozenset({"node.unknown_type", "node.no_type", "node.bad_form", "graph.too_large"})
"""These refuse the whole prompt, whatever else could run."""


def error_object(kind: str, message: str, details: str = "", **extra: Any) -> dict[str, Any]:
    """One error as ComfyUI words it."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def refuses_whole(validation: Validation) -> bool:
    """Whether nothing of the prompt may run."""
    return not validation.runnable or any(item.code in WHOLE or item.node is None for item in validation.errors)


def prompt_error(validation: Validation, prompt: Mapping[str, Any]) -> dict[str, Any]:
    """The ``error`` of a refused prompt."""
    for problem in validation.errors:
        if problem.code in WHOLE:
            details = f"Node ID '#{problem.node}'" if problem.node else problem.remedy
            return error_object("invalid_prompt", problem.message, details)
    for problem in validation.errors:
        if problem.code in NO_OUTPUTS:
            return error_object("prompt_no_outputs", "Prompt has no outputs", problem.message)
        if problem.node is None:
            return error_object("invalid_prompt", problem.message, problem.remedy)
    rows: list[str] = []
    for problem in validation.errors:
        rows += [f"* {_class(prompt, problem.node)} {problem.node}:", f"  - {problem.message}"]
    return error_object("prompt_outputs_failed_validation", "Prompt outputs failed validation", "\n".join(rows))


def node_errors(validation: Validation, prompt: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """``node_errors``: every erring node with its errors and the outputs that depend on it."""
    result: dict[str, Any] = {}
    for problem in validation.errors:
        if problem.node is None or problem.code in WHOLE:
            continue
        entry = result.setdefault(
            problem.node,
            {
                "errors": [],
                "dependent_outputs": list(validation.outputs_behind(problem.node)),
                "class_type": _class(prompt, problem.node),
            },
        )
        entry["errors"].append(_node_error(problem, prompt, catalogue))
    return result


def _node_error(problem: Problem, prompt: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    kind, message = TYPES.get(problem.code, ("custom_validation_failed", problem.message))
    if problem.code == "node.refuses_input":
        said = problem.params.get("said")
        details = f"{problem.socket} - {said}" if said else problem.socket or ""
        return error_object(*CUSTOM, details, input_name=problem.socket)
    if problem.code == "node.check_raised":
        extra = {"exception_type": problem.params.get("exception"), "traceback": problem.params.get("details")}
        error = str(problem.params.get("error", ""))
        return error_object("exception_during_validation", "Exception when validating node", error, **extra)
    if problem.code == "graph.cycle":
        kind, message = "exception_during_validation", "The nodes depend on each other in a circle"
    extra: dict[str, Any] = {}
    if problem.socket is not None and problem.node is not None:
        extra["input_name"] = problem.socket
        spec = catalogue.get(_class(prompt, problem.node))
        socket = spec.input(problem.socket) if spec else None
        if socket is not None:
            extra["input_config"] = input_config(socket)
        value = _inputs(prompt, problem.node).get(problem.socket)
        if problem.code == "link.type_mismatch":
            extra["received_type"] = problem.params.get("received")
            extra["linked_node"] = value
        elif value is not None:
            extra["received_value"] = value
    return error_object(kind, message, _details(problem), **extra)


def _details(problem: Problem) -> str:
    if problem.code == "input.missing":
        return problem.socket or ""
    return f"{problem.socket}, {problem.message}" if problem.socket else problem.message


def _class(prompt: Mapping[str, Any], node: str | None) -> str:
    found = prompt.get(node) if node is not None else None
    return str(found.get("class_type", "")) if isinstance(found, Mapping) else ""


def _inputs(prompt: Mapping[str, Any], node: str) -> Mapping[str, Any]:
    found = prompt.get(node)
    inputs = found.get("inputs") if isinstance(found, Mapping) else None
    return inputs if isinstance(inputs, Mapping) else {}
