"""``comfy.cli_args``: the options that packs look at, as they stand here."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from compat.comfyui.worker.shims.place import ShimPlace


def members(place: ShimPlace) -> Mapping[str, Any]:
    """``args`` with the options that some packs read."""
    args = SimpleNamespace(
        listen="127.0.0.1",
        port=8188,
        cpu=False,
        disable_metadata=False,
        multi_user=False,
        preview_method=None,
        output_directory=str(place.folders.output),
        input_directory=str(place.folders.input),
        temp_directory=str(place.folders.temp),
        base_directory=None,
        verbose="INFO",
    )
    return {"args": args}
