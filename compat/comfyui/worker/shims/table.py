"""ComfyUI's module names, and what of ours answers to each. A further shim is a further line."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from compat.comfyui.worker.contract_v3 import modules as v3
from compat.comfyui.worker.finder import Members
from compat.comfyui.worker.shims import (
    cli_args,
    execution_modules,
    folder_paths,
    graph_utils,
    management,
    node_helpers,
    prompt_server,
    samplers,
    sampling_calls,
    utilities,
)
from compat.comfyui.worker.shims.core_nodes import answer_for_core_nodes
from compat.comfyui.worker.shims.place import ShimPlace

__all__ = ["ShimPlace", "answer_for_core_nodes", "shim_table"]

_TABLE: Mapping[str, Callable[[ShimPlace], Mapping[str, Any]]] = {
    "comfy.cli_args": cli_args.members,
    "comfy.model_management": management.members,
    "comfy.sample": sampling_calls.sample_members,
    "comfy.samplers": samplers.members,
    "comfy.utils": utilities.members,
    "comfy_api.latest": v3.members,
    "comfy_api.v0_0_1": v3.members,
    "comfy_api.v0_0_2": v3.members,
    "comfy_execution.graph": graph_utils.graph_members,
    "comfy_execution.graph_utils": graph_utils.members,
    "comfy_execution.progress": execution_modules.progress_members,
    "comfy_execution.utils": execution_modules.utils_members,
    **sampling_calls.extra_modules(),
    "execution": sampling_calls.execution_members,
    "folder_paths": folder_paths.members,
    "node_helpers": node_helpers.members,
    "server": prompt_server.members,
}


def shim_table(place: ShimPlace) -> dict[str, Members]:
    """Every module that can be imported by ComfyUI's name."""
    return {name: partial(build, place) for name, build in _TABLE.items()}
