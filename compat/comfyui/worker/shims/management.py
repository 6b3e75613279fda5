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


class Devices:
    """The worker's device, and questions about it."""

    def __init__(self, place: ShimPlace) -> None:
        import torch

        self._torch = torch
        self._place = place
        self.cpu = torch.device("cpu")

    def device(self, *_args: Any, **_kwargs: Any) -> Any:
        """The worker's device; the CPU where it has none."""
        return self._torch.device(self._place.memory().device or self.cpu)

    def host(self, *_args: Any, **_kwargs: Any) -> Any:
        """The CPU."""
        return self.cpu

    def is_of(self, kind: str, dev: Any = None) -> bool:
        """Whether a device (None: the worker's) is of this kind."""
        return self._torch.device(dev if dev is not None else self.device()).type == kind

    def on_cuda(self, *_args: Any, **_kwargs: Any) -> bool:
        """Whether the worker's device is a CUDA one, where half precision is fine."""
        return self.is_of("cuda")

    def full_precision(self, *_args: Any, **_kwargs: Any) -> Any:
        """The type that autoencoders work in."""
        return self._torch.float32

    def free(self, dev: Any = None, torch_free_too: bool = False) -> Any:
        """Free bytes of a device."""
        import psutil

        on_device = self.is_of("cuda", dev)
        free = self._torch.cuda.mem_get_info(dev)[0] if on_device else psutil.virtual_memory().available
        return (free, free) if torch_free_too else free

    def total(self, dev: Any = None, torch_total_too: bool = False) -> Any:
        """All bytes of a device."""
        import psutil

        total = self._torch.cuda.mem_get_info(dev)[1] if self.is_of("cuda", dev) else psutil.virtual_memory().total
        return (total, total) if torch_total_too else total

    def empty_cache(self, force: bool = False) -> None:
        """Give back what torch holds and nobody uses."""
        if self._torch.cuda.is_available():
            self._torch.cuda.empty_cache()


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """The memory ledger does this by itself."""


def members(place: ShimPlace) -> Mapping[str, Any]:
    """The functions of the module, over the worker's memory."""
    import torch

    devices = Devices(place)
    on_host = ("intermediate_device", "unet_offload_device", "text_encoder_offload_device", "vae_offload_device")
    on_device = ("get_torch_device", "text_encoder_device", "vae_device", "unet_inital_load_device")
    nothing = ("unload_all_models", "cleanup_models", "free_memory", "load_models_gpu", "load_model_gpu")
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
        "get_torch_device_name": str,
        **dict.fromkeys(on_host, devices.host),
        **dict.fromkeys(on_device, devices.device),
        **dict.fromkeys(nothing, _nothing),
        "vae_dtype": devices.full_precision,
        "get_free_memory": devices.free,
        "get_total_memory": devices.total,
        "soft_empty_cache": devices.empty_cache,
        "should_use_fp16": devices.on_cuda,
        "should_use_bf16": devices.on_cuda,
        "device_supports_non_blocking": partial(devices.is_of, "cuda"),
        "is_device_cpu": partial(devices.is_of, "cpu"),
        "is_device_mps": partial(devices.is_of, "mps"),
        "is_device_cuda": partial(devices.is_of, "cuda"),
        "cpu_mode": partial(devices.is_of, "cpu"),
        "mps_mode": partial(devices.is_of, "mps"),
    }
