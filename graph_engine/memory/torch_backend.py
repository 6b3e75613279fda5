"""The device side of the memory manager, in torch."""

import platform
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import psutil
import torch
from torch import Tensor, nn

from graph_engine.memory.exhaustion import is_out_of_memory
from graph_engine.memory.lease import Handle, OutOfDeviceMemory
from graph_engine.memory.ledger import Ledger
from graph_engine.memory.manager import MemoryManager
from graph_engine.memory.residency import Footprint, Residency
from graph_engine.memory.system import container_limit, return_large_blocks_at_once
from graph_engine.memory.torch_pagers import (
    PREFETCH_BYTES,
    CudaPager,
    HostBuffers,
    HostPager,
    PinnedStaging,
    PlainPager,
    forget,
)
from graph_engine.memory.torch_paging import PagedWeight, Pager
from graph_engine.run.cancellation import check_cancelled
from graph_engine.validate.messages import problem
from graph_engine.validate.problem import ProblemError

_SHARE = 0.75
_DEVICE_RESERVE = 768 << 20
"""Left to the driver, the desktop and torch's own fragments."""
_PINNED_SIZE = 256 << 10
"""Weights up to this size always stay: reading them costs a call each and saves next to nothing."""


def device_memory(
    device: str = "auto", budget: int | None = None, *, reserve: int | None = None, most: Residency = "full"
) -> MemoryManager:
    """A memory manager for ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps`` …

    ``budget`` is in bytes; without one it is what the device has less ``reserve``, or less a sensible part. ``most`` is
    the most of a network that may stay on the device. Raises ProblemError for a device that is not there.
    """
    backend = TorchBackend(choose_device(device))
    ledger = Ledger(budget if budget is not None else backend.default_budget(reserve))
    if backend.device.type == "cpu":
        return MemoryManager(backend, ledger, most=most)
    host = TorchBackend(torch.device("cpu"))
    return MemoryManager(backend, ledger, host=(host, Ledger(host.default_budget())), most=most)


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


@runtime_checkable
class Arranging(Protocol):
    """A module that computes faster when the weights that stay on the device lie in an order of its own."""

    def lay_out(self, name: str, tensor: Tensor) -> Tensor:
        """The parameter ``name`` of the module in that order, or as it is."""
        ...


@dataclass
class _Placed:
    """What was done to a network: its own meta tensors by name, and what reads the weights that are not resident."""

    dtype: torch.dtype
    pager: Pager
    originals: dict[str, Tensor] = field(default_factory=dict[str, Tensor])


class TorchBackend:
    """Implements :class:`graph_engine.memory.lease.Backend` on one torch device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._placed: dict[int, _Placed] = {}
        self._buffers = HostBuffers()
        self._staging: PinnedStaging | None = None

    @property
    def device(self) -> torch.device:
        """The device."""
        return self._device

    def default_budget(self, reserve: int | None = None) -> int:
        """What networks, outputs and work may take when nobody says: the device less ``reserve`` bytes, or most."""
        total, _ = self._total_and_free()
        if reserve is not None:
            return max(total - reserve, 0)
        return int(total * _SHARE) if self._device.type != "cuda" else max(total - _DEVICE_RESERVE, 0)

    def footprint(self, handle: Handle, dtype: torch.dtype | None) -> Footprint:
        """Bytes in the types the network computes in; tied weights count once."""
        target = self._target_dtype(handle, dtype)
        sizes = [_size(tensor, target) for tensor in self._distinct(handle)]
        streamed = [size for size in sizes if size > _PINNED_SIZE]
        largest = max(streamed, default=0)
        # Beside the buffer there is the weight as it is stored, or as the library lays it out for itself.
        buffer = 2 * largest if self._device.type != "cuda" else min(sum(streamed), PREFETCH_BYTES) + largest
        return Footprint(sum(sizes), sum(sizes) - sum(streamed), buffer)

    def place(self, handle: Handle, dtype: torch.dtype | None, resident: int) -> nn.Module:
        """See Backend. 4-D weights come in channels-last order, or as an :class:`Arranging` module wants them; where
        type, order and device fit, a weight shares the file's mapping. Notices cancellation between weights."""
        network: nn.Module = handle.network
        target = self._target_dtype(handle, dtype)
        placed = self._placed.get(id(network))
        if placed is None or placed.dtype != target:
            self.release(handle)
            placed = self._prepare(handle, target)
        try:
            self._fill(handle, placed, resident)
        except BaseException as error:
            self.release(handle)
            if is_out_of_memory(error):
                raise OutOfDeviceMemory(str(error)) from error
            raise
        return network

    def release(self, handle: Handle) -> None:
        """Put the network's own meta tensors back, and let the file's pages go."""
        placed = self._placed.pop(id(handle.network), None)
        if placed is None:
            return
        for name, tensor in placed.originals.items():
            _put(handle.network, name, tensor)
        for name in placed.originals:
            forget(handle.source, name)

    def settle(self) -> None:
        """Let the buffers of streaming go."""
        self._buffers.clear()
        if self._staging is not None:
            for placed in self._placed.values():
                if isinstance(placed.pager, CudaPager):
                    placed.pager.reset()

    def trim(self) -> None:
        """Give the allocator's free blocks back."""
        self._buffers.clear()
        if self._staging is not None:
            self._staging.clear()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()

    def free_bytes(self) -> int | None:
        """Bytes that other programs leave, with what torch keeps for its next tensors."""
        if self._device.type == "cuda":
            free, _ = torch.cuda.mem_get_info(self._device)
            return free + torch.cuda.memory_reserved(self._device) - torch.cuda.memory_allocated(self._device)
        return psutil.virtual_memory().available if self._device.type == "cpu" else None

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

    def _prepare(self, handle: Handle, target: torch.dtype) -> _Placed:
        wanted = handle.network.state_dict(keep_vars=True)
        missing = sorted(set(wanted) - set(handle.source.names()))
        stranded = [name for name, buffer in handle.network.named_buffers() if buffer.is_meta and name not in wanted]
        if missing or stranded:
            found = missing or stranded
            raise ProblemError([problem("memory.weights_missing", count=len(found), example=found[0])])
        placed = _Placed(target, self._pager(handle), dict(wanted))
        self._placed[id(handle.network)] = placed
        return placed

    def _fill(self, handle: Handle, placed: _Placed, resident: int) -> None:
        """Read what is to stay and is not there; page what is there and is not to stay."""
        staying = self._choose(handle, placed, resident)
        if self._device.type == "cpu" and len(staying) < len(placed.originals):
            return_large_blocks_at_once()
        ready: dict[int, Tensor] = {}
        with torch.inference_mode(False), torch.no_grad():
            for name, original in placed.originals.items():
                check_cancelled()
                current = _get(handle.network, name)
                real = not current.is_meta and not isinstance(current, PagedWeight)
                if name in staying and not real:
                    # Tied weights are one tensor under two names, before and after.
                    if id(original) not in ready:
                        tensor = self._read(handle, name, placed.dtype)
                        is_parameter = isinstance(original, nn.Parameter)
                        ready[id(original)] = nn.Parameter(tensor, requires_grad=False) if is_parameter else tensor
                    _put(handle.network, name, ready[id(original)])
                elif name not in staying and not isinstance(current, PagedWeight):
                    dtype = placed.dtype if original.is_floating_point() else original.dtype
                    _put(handle.network, name, PagedWeight.of(original, dtype, self._device, placed.pager, name))

    def _choose(self, handle: Handle, placed: _Placed, resident: int) -> set[str]:
        """Names that fit into ``resident`` bytes, small ones first: each use of a weight that is away costs a call."""
        left = resident
        names: dict[int, list[str]] = {}
        for name, original in placed.originals.items():
            names.setdefault(id(original), []).append(name)
        sizes = {key: _size(placed.originals[found[0]], placed.dtype) for key, found in names.items()}
        staying: set[str] = set()
        for key, size in sorted(sizes.items(), key=lambda item: item[1]):
            if size > left:
                break
            left -= size
            staying.update(names[key])
        return staying

    def _read(self, handle: Handle, name: str, dtype: torch.dtype) -> Tensor:
        stored: Tensor = handle.source.read(name)
        target = dtype if stored.is_floating_point() else stored.dtype
        module, last = _module_of(handle.network, name)
        if isinstance(module, Arranging):
            tensor = module.lay_out(last, stored.to(self._device, target))
        else:
            layout = torch.channels_last if stored.ndim == 4 else torch.preserve_format
            tensor = stored.to(self._device, target, memory_format=layout)
        del stored
        # Where the tensor is the file's own memory, its pages come back when they are used.
        forget(handle.source, name)
        return tensor

    def _pager(self, handle: Handle) -> Pager:
        if self._device.type == "cpu":
            return HostPager(handle.source, self._buffers)
        if self._device.type != "cuda":
            return PlainPager(handle.source, self._device)
        if self._staging is None:
            self._staging = PinnedStaging(self._device)
        return CudaPager(handle.source, self._device, self._staging)

    def _distinct(self, handle: Handle) -> list[Tensor]:
        placed = self._placed.get(id(handle.network))
        tensors = placed.originals if placed else handle.network.state_dict(keep_vars=True)
        return list({id(tensor): tensor for tensor in tensors.values()}.values())

    def _total_and_free(self) -> tuple[int, int]:
        if self._device.type == "cuda":
            free, total = torch.cuda.mem_get_info(self._device)
            return total, free
        memory = psutil.virtual_memory()
        limit = container_limit()
        total = memory.total if limit is None else min(memory.total, limit)
        return total, min(memory.available, total)

    def _target_dtype(self, handle: Handle, dtype: torch.dtype | None) -> torch.dtype:
        """Half precision only where the device is made for it: on a CPU it is slow or missing."""
        if dtype is not None:
            return dtype
        stored = getattr(handle.source, "dtype", torch.float32)
        return stored if self._device.type != "cpu" and stored in (torch.float16, torch.bfloat16) else torch.float32


def _size(tensor: Tensor, dtype: torch.dtype) -> int:
    return tensor.numel() * (dtype if tensor.is_floating_point() else tensor.dtype).itemsize


def _module_of(network: nn.Module, name: str) -> tuple[nn.Module, str]:
    """The module that a parameter or buffer belongs to, and its name there."""
    path, _, last = name.rpartition(".")
    return network.get_submodule(path), last


def _owner(network: nn.Module, name: str) -> tuple[dict[str, Any], str]:
    """The table that a parameter or buffer lies in, and its name there."""
    module, last = _module_of(network, name)
    parameters: dict[str, Any] = module._parameters  # pyright: ignore[reportPrivateUsage]
    return (parameters if last in parameters else module._buffers), last  # pyright: ignore[reportPrivateUsage]


def _get(network: nn.Module, name: str) -> Tensor:
    table, last = _owner(network, name)
    return table[last]


def _put(network: nn.Module, name: str, tensor: Tensor) -> None:
    table, last = _owner(network, name)
    table[last] = tensor
