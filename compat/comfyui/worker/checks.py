"""``VALIDATE_INPUTS``, asked before a job is made."""

import inspect
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from compat.comfyui.worker.node_class import NodeClass, settled
from graph_engine.document.graph import GraphNode
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import Problem

_LONGEST_TRACE = 4000


def refusals(found: NodeClass, node: GraphNode, types: Mapping[str, str]) -> list[Problem]:
    """What a class has against a node's inputs. ``types`` are those of the outputs wired to it, by input.

    It gets the inputs that its check names (all, when it takes any): wired ones as None.
    """
    check: Callable[..., Any] = found.cls.VALIDATE_INPUTS
    parameters = inspect.signature(check).parameters
    takes_all = any(item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters.values())
    before = found.before_run(node.inputs, node.id)
    given = {name: [value] if found.lists_in else value for name, value in before.items()}
    wanted = {name: value for name, value in given.items() if takes_all or name in parameters}
    names = [name for name in wanted if name not in found.hidden]
    if "input_types" in parameters:
        wanted["input_types"] = [dict(types)] if found.lists_in else dict(types)
        names.append("input_types")
    try:
        verdict = settled(check, wanted)
    except Exception as error:
        trace = traceback.format_exc()[-_LONGEST_TRACE:]
        told = str(error) or repr(error)
        return [problem("node.check_raised", at=node.id, error=told, exception=type(error).__name__, details=trace)]
    if verdict is True:
        return []
    reason = verdict if isinstance(verdict, str) else f"{found.type_id} does not accept its inputs."
    said = verdict if isinstance(verdict, str) else ""
    return [problem("node.refuses_input", at=node.id, socket=name, reason=reason, said=said) for name in names]
