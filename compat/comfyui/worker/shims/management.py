"""``comfy.model_management``: which device, how much memory, and whether to stop."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.shims.place import ShimPlace
from graph_engine.spec.context import Cancelled


class InterruptProcessingException(Cancelled):
    """The job is to stop."""


class VRAMState(Enum):
    """How much of a model stays on the device. Here the memory ledger decides; packs may only look."""

    DISABLED = 0
    NO_VRAM = 1
    LOW_VRAM = 2
    NORMAL_VRAM = 3
    HIGH_VRAM = 4
    SHARED = 5


class CPUState(Enum):
    """Which kind of device there is."""

    GPU = 0
    CPU = 1
    MPS = 2


def processing_interrupted() -> bool:
    """Whether the job that calls is to stop."""
    context = current_call()
    return context is not None and context.cancelled()


def throw_exception_if_processing_interrupted() -> None:
    """Raise when the job that calls is to stop."""
    if processing_interrupted():
        raise InterruptProcessingException


def members(place: ShimPlace) -> Mapping[str, Any]:
    """The functions of the module, over the worker's memory."""
    import torch

    cpu = torch.device("cpu")

    def device() -> torch.device:
        return torch.device(place.memory().device or cpu)

    def on_cuda(which: Any = None) -> bool:
        return torch.device(which or device()).type == "cuda"

    def free_memory(dev: Any = None, torch_free_too: bool = False) -> Any:
        import psutil

        free = torch.cuda.mem_get_info(dev or device())[0] if on_cuda(dev) else psutil.virtual_memory().available
        return (free, free) if torch_free_too else free

    def total_memory(dev: Any = None, torch_total_too: bool = False) -> Any:
        import psutil

        total = torch.cuda.mem_get_info(dev or device())[1] if on_cuda(dev) else psutil.virtual_memory().total
        return (total, total) if torch_total_too else total

    def empty_cache(force: bool = False) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def half_is_fine(*_args: Any, **_kwargs: Any) -> bool:
        return on_cuda()

    def always_cpu(*_args: Any, **_kwargs: Any) -> torch.device:
        return cpu

    def always_device(*_args: Any, **_kwargs: Any) -> torch.device:
        return device()

    def full_precision(*_args: Any, **_kwargs: Any) -> torch.dtype:
        return torch.float32

    def is_of(kind: str, dev: Any) -> bool:
        return torch.device(dev).type == kind

    def nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    return {
        "InterruptProcessingException": InterruptProcessingException,
        "OOM_EXCEPTION": torch.OutOfMemoryError,
        "VRAMState": VRAMState,
        "vram_state": VRAMState.NORMAL_VRAM,
        "CPUState": CPUState,
        "cpu_state": CPUState.GPU,
        "current_loaded_models": [],
        "processing_interrupted": processing_interrupted,
        "throw_exception_if_processing_interrupted": throw_exception_if_processing_interrupted,
        "get_torch_device": device,
        "get_torch_device_name": str,
        "intermediate_device": always_cpu,
        "unet_offload_device": always_cpu,
        "text_encoder_offload_device": always_cpu,
        "vae_offload_device": always_cpu,
        "text_encoder_device": always_device,
        "vae_device": always_device,
        "unet_inital_load_device": always_device,
        "vae_dtype": full_precision,
        "get_free_memory": free_memory,
        "get_total_memory": total_memory,
        "soft_empty_cache": empty_cache,
        "should_use_fp16": half_is_fine,
        "should_use_bf16": half_is_fine,
        "device_supports_non_blocking": on_cuda,
        "is_device_cpu": partial(is_of, "cpu"),
        "is_device_mps": partial(is_of, "mps"),
        "is_device_cuda": on_cuda,
        "cpu_mode": lambda: device().type == "cpu",
        "mps_mode": lambda: device().type == "mps",
        "unload_all_models": nothing,
        "cleanup_models": nothing,
        "free_memory": nothing,
        "load_models_gpu": nothing,
        "load_model_gpu": nothing,
    }
