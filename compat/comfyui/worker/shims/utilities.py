"""``comfy.utils``: progress bars, reading files of weights, resizing."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.previews import preview_of
from compat.comfyui.worker.shims.place import ShimPlace

Hook = Callable[..., Any]


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """The functions of the module."""
    hook: list[Hook | None] = [None]
    enabled: list[bool] = [True]

    class ProgressBar:
        """Tells how far the node that made it is."""

        def __init__(self, total: int, node_id: str | None = None) -> None:
            self.total = total
            self.current = 0
            self.hook = hook[0]
            self._context = current_call()

        def update_absolute(self, value: int, total: int | None = None, preview: Any = None) -> None:
            """So many units are done. Stops the node when its job is to stop."""
            if total is not None:
                self.total = total
            self.current = min(value, self.total)
            if self.hook is not None:
                self.hook(self.current, self.total, preview)
            if self._context is not None and enabled[0]:
                self._context.progress(int(self.current), int(self.total), preview_of(preview))

        def update(self, value: int) -> None:
            """So many more are done."""
            self.update_absolute(self.current + value)

    def set_hook(function: Hook | None) -> None:
        hook[0] = function

    def set_enabled(value: bool) -> None:
        enabled[0] = value

    return {
        "ProgressBar": ProgressBar,
        "PROGRESS_BAR_ENABLED": True,
        "set_progress_bar_enabled": set_enabled,
        "set_progress_bar_global_hook": set_hook,
        "load_torch_file": load_torch_file,
        "save_torch_file": save_torch_file,
        "calculate_parameters": calculate_parameters,
        "state_dict_prefix_replace": state_dict_prefix_replace,
        "common_upscale": common_upscale,
        "lanczos": lanczos,
        "repeat_to_batch_size": repeat_to_batch_size,
        "get_attr": get_attr,
        "set_attr": set_attr,
    }


def load_torch_file(ckpt: Any, safe_load: bool = True, device: Any = None, return_metadata: bool = False) -> Any:
    """The tensors of a file by name. A pickle file is read as weights only, whatever ``safe_load`` says.

    Raises what safetensors and torch raise for a file that holds anything else.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    path, where = Path(ckpt), str(device or "cpu")
    metadata: dict[str, str] | None = None
    try:
        with safe_open(path, framework="pt", device=where) as file:
            tensors: dict[str, Any] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            metadata = file.metadata()
    except SafetensorError:
        tensors = torch.load(path, map_location=where, weights_only=True)
        tensors = tensors.get("state_dict", tensors)
    return (tensors, metadata) if return_metadata else tensors


def save_torch_file(tensors: Mapping[str, Any], ckpt: Any, metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors as safetensors."""
    from safetensors.torch import save_file

    save_file(dict(tensors), str(ckpt), metadata=dict(metadata) if metadata else None)


def calculate_parameters(tensors: Mapping[str, Any], prefix: str = "") -> int:
    """How many numbers the tensors hold whose names begin with ``prefix``."""
    return sum(int(tensor.nelement()) for name, tensor in tensors.items() if name.startswith(prefix))


def state_dict_prefix_replace(
    tensors: dict[str, Any], replace_prefix: Mapping[str, str], filter_keys: bool = False
) -> dict[str, Any]:
    """Rename tensors by the beginning of their names; with ``filter_keys`` only those are kept."""
    result = {} if filter_keys else tensors
    for old, new in replace_prefix.items():
        for name in [name for name in tensors if name.startswith(old)]:
            result[new + name.removeprefix(old)] = tensors.pop(name)
    return result


def common_upscale(samples: Any, width: int, height: int, upscale_method: str, crop: str) -> Any:
    """Resize a batch [B, C, H, W]; ``crop="center"`` cuts to the new shape first."""
    from diffusion.image.resize import resize

    return resize(samples, width, height, upscale_method, crop)


def lanczos(samples: Any, width: int, height: int) -> Any:
    """Resize a batch [B, C, H, W] with Lanczos' filter."""
    return common_upscale(samples, width, height, "lanczos", "disabled")


def repeat_to_batch_size(tensor: Any, batch_size: int, dim: int = 0) -> Any:
    """Exactly ``batch_size`` entries along ``dim``: cut off, or repeated from the start."""
    import torch

    have = tensor.shape[dim]
    if have >= batch_size:
        return tensor.narrow(dim, 0, batch_size)
    copies = torch.cat([tensor] * -(-batch_size // have), dim=dim)
    return copies.narrow(dim, 0, batch_size)


def get_attr(obj: Any, attr: str) -> Any:
    """The attribute at a dotted path."""
    for part in attr.split("."):
        obj = getattr(obj, part)
    return obj


def set_attr(obj: Any, attr: str, value: Any) -> Any:
    """Set the attribute at a dotted path; gives the one before."""
    above, _, name = attr.rpartition(".")
    owner = get_attr(obj, above) if above else obj
    before = getattr(owner, name)
    setattr(owner, name, value)
    return before
