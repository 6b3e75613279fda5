"""The two ways to bring a paged weight in: through a reused buffer on the CPU, ahead of its use on CUDA."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from graph_engine.memory.lease import WeightSource
from graph_engine.memory.torch_paging import PagedWeight, real_arguments, storages_of
from graph_engine.run.cancellation import check_cancelled

PREFETCH_BYTES = 256 << 20
"""On CUDA, at most so many bytes of weights are on their way or just used."""
_STAGING_SLOTS = 3


class HostBuffers:
    """Memory that weights are read into in turn, shared by all networks of a device.

    One use at a time: ``turn`` is held from the reading of a weight to the end of the function that uses it.
    """

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self._slots: list[Tensor] = []

    def take(self, nbytes: int) -> Tensor:
        """At least ``nbytes`` bytes; give them back with :meth:`give`."""
        for index, slot in enumerate(self._slots):
            if slot.nbytes >= nbytes:
                return self._slots.pop(index)
        self._slots.clear()  # too small: another one is made in their place
        with torch.inference_mode(False):
            return torch.empty(nbytes, dtype=torch.uint8)

    def give(self, slot: Tensor) -> None:
        """For the next weight."""
        self._slots.append(slot)

    def clear(self) -> None:
        """Let the memory go."""
        with self.turn:
            self._slots.clear()


class HostPager:
    """Implements :class:`graph_engine.memory.torch_paging.Pager` where networks compute on the CPU."""

    def __init__(self, source: WeightSource, buffers: HostBuffers) -> None:
        self._source = source
        self._buffers = buffers

    def run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """See Pager. Cancellation is noticed before each weight."""
        check_cancelled()
        taken: list[Tensor] = []

        def fetch(weight: PagedWeight) -> Tensor:
            slot = self._buffers.take(weight.nbytes)
            taken.append(slot)
            return self._read(weight, slot)

        with self._buffers.turn:
            given, named = real_arguments(args, kwargs, fetch)
            result = function(*given, **named)
            # A view of the weight leaves with the result; its buffer then belongs to whoever holds the result.
            leaving = storages_of(result)
            for slot in taken:
                if slot.untyped_storage().data_ptr() not in leaving:
                    self._buffers.give(slot)
        return result

    def _read(self, weight: PagedWeight, slot: Tensor) -> Tensor:
        stored: Tensor = self._source.read(weight.weight_name)
        real = shaped(slot, stored, weight.dtype)
        real.copy_(stored)
        del stored
        forget(self._source, weight.weight_name)
        return real


def shaped(slot: Tensor, like: Tensor, dtype: torch.dtype) -> Tensor:
    """The beginning of ``slot`` in ``like``'s shape; 4-D in channels-last order, in which networks run fastest."""
    flat = slot[: like.numel() * dtype.itemsize].view(dtype)
    if like.ndim == 4:
        out, inner, height, width = like.shape
        return flat.view(out, height, width, inner).permute(0, 3, 1, 2)
    return flat.view(like.shape)


def forget(source: WeightSource, name: str) -> None:
    """Tell a source that what was read was copied: pages of a mapped file would count as ours until it is told."""
    letting_go = getattr(source, "forget", None)
    if letting_go is not None:
        letting_go(name)


@dataclass
class _Coming:
    tensor: Tensor
    ready: torch.cuda.Event


class CudaPager:
    """Implements :class:`graph_engine.memory.torch_paging.Pager` on CUDA.

    Weights travel from pinned memory on a stream of their own while the device computes. Which weight comes after which
    is learnt from the first pass, so from the second on the next ones are on their way when they are asked for.
    """

    def __init__(self, source: WeightSource, device: torch.device, staging: "PinnedStaging") -> None:
        self._source = source
        self._device = device
        self._staging = staging
        self._next: dict[str, PagedWeight] = {}
        self._last: str | None = None
        self._coming: dict[str, _Coming] = {}
        self._used: deque[tuple[torch.cuda.Event, int]] = deque()
        self._bytes = 0

    def run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """See Pager."""
        check_cancelled()
        with self._staging.turn:
            fetched: list[Tensor] = []

            def fetch(weight: PagedWeight) -> Tensor:
                fetched.append(self._arrived(weight))
                return fetched[-1]

            given, named = real_arguments(args, kwargs, fetch)
            result = function(*given, **named)
            done = torch.cuda.Event()
            done.record(torch.cuda.current_stream(self._device))
            for tensor in fetched:
                self._used.append((done, tensor.nbytes))
            if self._last is not None:
                self._look_ahead(self._last)
        return result

    def _arrived(self, weight: PagedWeight) -> Tensor:
        coming = self._coming.pop(weight.weight_name, None) or self._send(weight)
        if self._last is not None:
            self._next[self._last] = weight
        self._last = weight.weight_name
        stream = torch.cuda.current_stream(self._device)
        stream.wait_event(coming.ready)
        coming.tensor.record_stream(stream)
        return coming.tensor

    def _look_ahead(self, name: str) -> None:
        """Send what came after ``name`` the last time, as far as the room allows."""
        weight = self._next.get(name)
        seen: set[str] = set()
        while weight is not None and weight.weight_name not in seen:
            seen.add(weight.weight_name)
            if weight.weight_name not in self._coming:
                self._retire(wait_for=0)
                if self._bytes + weight.nbytes > PREFETCH_BYTES:
                    return
                self._coming[weight.weight_name] = self._send(weight)
            weight = self._next.get(weight.weight_name)

    def _send(self, weight: PagedWeight) -> _Coming:
        self._retire(wait_for=weight.nbytes)
        stored: Tensor = self._source.read(weight.weight_name)
        with torch.inference_mode(False), torch.cuda.stream(self._staging.stream):
            raw = self._staging.send(stored, self._device)
            layout = torch.channels_last if raw.ndim == 4 else torch.contiguous_format
            tensor = raw.to(weight.dtype, memory_format=layout)
            ready = torch.cuda.Event()
            ready.record(self._staging.stream)
        forget(self._source, weight.weight_name)
        self._bytes += weight.nbytes
        return _Coming(tensor, ready)

    def _retire(self, wait_for: int) -> None:
        """Strike off what the device is done with; wait for it where ``wait_for`` more bytes would be too many.

        Without this the host, which is always ahead, would fill the device with weights that are yet to be used.
        """
        while self._used:
            done, nbytes = self._used[0]
            if not done.query():
                if not wait_for or self._bytes + wait_for <= PREFETCH_BYTES:
                    return
                done.synchronize()
            self._used.popleft()
            self._bytes -= nbytes

    def reset(self) -> None:
        """Forget what is on its way; the order stays learnt."""
        with self._staging.turn:
            self._coming.clear()
            self._used.clear()
            self._bytes = 0
            self._last = None


class PinnedStaging:
    """A ring of pinned buffers on the way from a file to a CUDA device, and the stream that carries them."""

    def __init__(self, device: torch.device) -> None:
        self.turn = threading.RLock()
        self.stream = torch.cuda.Stream(device)
        self._slots: deque[tuple[Tensor, torch.cuda.Event]] = deque()

    def send(self, stored: Tensor, device: torch.device) -> Tensor:
        """``stored`` on the device, as it is stored; only the current stream may use it yet."""
        flat = stored.contiguous().view(-1).view(torch.uint8)
        if len(self._slots) < _STAGING_SLOTS:
            slot, event = torch.empty(flat.nbytes, dtype=torch.uint8, pin_memory=True), torch.cuda.Event()
        else:
            slot, event = self._slots.popleft()
            event.synchronize()
            if slot.nbytes < flat.nbytes:
                slot = torch.empty(flat.nbytes, dtype=torch.uint8, pin_memory=True)
        piece = slot[: flat.nbytes]
        piece.copy_(flat)
        raw = piece.to(device, non_blocking=True)
        event.record(self.stream)
        self._slots.append((slot, event))
        return raw.view(stored.dtype).view(stored.shape)

    def clear(self) -> None:
        """Let the pinned memory go."""
        with self.turn:
            for _, event in self._slots:
                event.synchronize()
            self._slots.clear()


class PlainPager:
    """Implements :class:`graph_engine.memory.torch_paging.Pager` on any other device: each weight when it is used."""

    def __init__(self, source: WeightSource, device: torch.device) -> None:
        self._source = source
        self._device = device

    def run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """See Pager."""
        check_cancelled()
        given, named = real_arguments(args, kwargs, self._fetch)
        return function(*given, **named)

    def _fetch(self, weight: PagedWeight) -> Tensor:
        stored: Tensor = self._source.read(weight.weight_name)
        layout = torch.channels_last if stored.ndim == 4 else torch.preserve_format
        real = stored.to(self._device, weight.dtype, memory_format=layout)
        forget(self._source, weight.weight_name)
        return real
