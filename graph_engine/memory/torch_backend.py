"""The device side of the memory manager, in torch: the only place of the engine that imports it."""

import platform
from contextlib import AbstractContextManager
from typing import Any

import psutil
import torch
from torch import Tensor, nn

from graph_engine.memory.lease import Handle, OutOfDeviceMemory
from graph_engine.memory.ledger import Ledger
from graph_engine.memory.manager import MemoryManager
from graph_engine.run.cancellation import check_cancelled
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError

_CPU_SHARE = 0.75
_DEVICE_RESERVE = 768 << 20
"""Left to the driver, the desktop and torch's own fragments."""


def device_memory(device: str = "auto", budget: int | None = None) -> MemoryManager:
    """A memory manager for ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps`` …; ``budget`` in bytes.

    Raises ProblemError for a device that is not there.
    """
    backend = TorchBackend(choose_device(device))
    return MemoryManager(backend, Ledger(budget if budget is not None else backend.default_budget()))


def choose_device(name: str) -> torch.device:
    """The torch device of that name; ``auto`` prefers CUDA, then MPS, then the CPU. Raises ProblemError."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ProblemError([problem("memory.unknown_device", device=name, reason=reason)]) from error
    return device


class TorchBackend:
    """Implements :class:`graph_engine.memory.lease.Backend` on one torch device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device

    @property
    def device(self) -> torch.device:
        """The device."""
        return self._device

    def default_budget(self) -> int:
        """What networks, outputs and work may take when nobody says: most of the device."""
        total, _ = self._total_and_free()
        return int(total * _CPU_SHARE) if self._device.type != "cuda" else max(total - _DEVICE_RESERVE, 0)

    def size_of(self, handle: Handle, dtype: torch.dtype | None) -> int:
        """Bytes of the network's parameters and buffers in the type they would be resident in."""
        target = self._target_dtype(handle, dtype)
        return sum(
            tensor.numel() * (target if tensor.is_floating_point() else tensor.dtype).itemsize
            for tensor in handle.network.state_dict(keep_vars=True).values()
        )

    def materialise(self, handle: Handle, dtype: torch.dtype | None) -> nn.Module:
        """Read every weight, one at a time, onto the device; 4-D weights in channels-last order.

        Where type and device already fit, a weight shares the file's mapping. Notices cancellation between weights.
        """
        network: nn.Module = handle.network
        target = self._target_dtype(handle, dtype)
        wanted = set(network.state_dict(keep_vars=True))
        missing = sorted(wanted - set(handle.source.names()))
        if missing:
            raise ProblemError([problem("memory.weights_missing", count=len(missing), example=missing[0])])
        try:
            with torch.inference_mode(False), torch.no_grad():
                state: dict[str, Tensor] = {}
                for name in wanted:
                    check_cancelled()
                    state[name] = self._placed(handle.source.read(name), target)
                network.load_state_dict(state, strict=True, assign=True)
                network.requires_grad_(False)
        except (torch.OutOfMemoryError, MemoryError) as error:
            self.release(handle)
            raise OutOfDeviceMemory(str(error)) from error
        stranded = [name for name, tensor in _tensors(network) if tensor.is_meta]
        if stranded:
            self.release(handle)
            raise ProblemError([problem("memory.weights_missing", count=len(stranded), example=stranded[0])])
        return network

    def release(self, handle: Handle) -> None:
        """Send the network back to the meta device."""
        handle.network.to("meta")

    def trim(self) -> None:
        """Give the allocator's free blocks back."""
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()

    def around_job(self) -> AbstractContextManager[Any]:
        """Inference mode: no gradients are recorded."""
        return torch.inference_mode()

    def describe(self) -> dict[str, Any]:
        """The device, versions and memory now."""
        total, free = self._total_and_free()
        name = torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else ""
        return {
            "device": f"{self._device} {name}".strip(),
            "versions": {"python": platform.python_version(), "torch": torch.__version__},
            "total": total,
            "free": free,
        }

    def _total_and_free(self) -> tuple[int, int]:
        if self._device.type == "cuda":
            free, total = torch.cuda.mem_get_info(self._device)
            return total, free
        memory = psutil.virtual_memory()
        return memory.total, memory.available

    def _target_dtype(self, handle: Handle, dtype: torch.dtype | None) -> torch.dtype:
        """Half precision only where the device is made for it: on a CPU it is slow or missing."""
        if dtype is not None:
            return dtype
        stored = getattr(handle.source, "dtype", torch.float32)
        return stored if self._device.type != "cpu" and stored in (torch.float16, torch.bfloat16) else torch.float32

    def _placed(self, tensor: Tensor, dtype: torch.dtype) -> Tensor:
        target = dtype if tensor.is_floating_point() else tensor.dtype
        if tensor.ndim == 4:
            return tensor.to(self._device, target, memory_format=torch.channels_last)
        return tensor.to(self._device, target)


def _tensors(network: nn.Module) -> list[tuple[str, Tensor]]:
    return [*network.named_parameters(), *network.named_buffers()]
