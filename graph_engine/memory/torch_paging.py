"""Weights that are read when they are used: what stands in a streamed network in place of its parameters.

A :class:`PagedWeight` knows its shape, type and device and holds nothing. When a function of torch gets one, its pager
reads the weight, the function runs on the real tensor, and the memory serves the next weight. So any module works, also
one whose parent uses its weights without calling it, and the unit of paging is the single tensor: with a buffer the
size of the largest, a network of any size runs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

_ABOUT = frozenset(
    {
        *(
            getattr(torch.Tensor, name).__get__
            for name in (
                "shape",
                "dtype",
                "device",
                "ndim",
                "layout",
                "requires_grad",
                "is_meta",
                "is_cuda",
                "is_cpu",
                "is_leaf",
                "is_sparse",
                "is_quantized",
                "is_nested",
                "grad",
                "grad_fn",
                "itemsize",
                "nbytes",
            )
        ),
        torch.Tensor.size,
        torch.Tensor.dim,
        torch.Tensor.numel,
        torch.Tensor.nelement,
        torch.Tensor.element_size,
        torch.Tensor.is_floating_point,
        torch.Tensor.is_complex,
        torch.Tensor.is_inference,
        torch.Tensor.__len__,
        torch.Tensor.__hash__,
        torch.is_floating_point,
        torch.is_complex,
        torch.numel,
    }
)
"""Questions about a tensor whose answer needs none of its numbers."""


class Pager(Protocol):
    """Reads the weights of one network, one use at a time."""

    def run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """``function`` on the real weights in place of the paged ones."""
        ...


class PagedWeight(torch.Tensor):
    """A weight that is elsewhere. ``weight_name`` is the network's name for it."""

    pager: Pager
    weight_name: str

    @staticmethod
    def of(like: Tensor, dtype: torch.dtype, device: torch.device, pager: Pager, name: str) -> "PagedWeight":
        """The weight ``name``, of ``like``'s shape, as ``pager`` will give it."""
        made: PagedWeight = torch.Tensor._make_wrapper_subclass(  # pyright: ignore[reportPrivateUsage]
            PagedWeight, like.shape, dtype=dtype, device=device, requires_grad=False
        )
        made.pager = pager
        made.weight_name = name
        return made

    def __repr__(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return f"PagedWeight({self.weight_name}, shape={tuple(self.shape)}, dtype={self.dtype})"

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: Iterable[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Every function of torch that meets a paged weight comes by here."""
        if func in _ABOUT:
            with torch._C.DisableTorchFunctionSubclass():  # pyright: ignore[reportPrivateUsage]
                return func(*args, **(kwargs or {}))
        paged = next(_paged(args, kwargs or {}))
        return paged.pager.run(func, args, kwargs or {})

    @classmethod
    def __torch_dispatch__(
        cls,
        func: Callable[..., Any],
        types: Iterable[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """What reaches the dispatcher without :meth:`__torch_function__`: code in C++ that calls torch itself."""
        paged = next(_paged(args, kwargs or {}))
        return paged.pager.run(func, args, kwargs or {})


def _paged(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[PagedWeight]:
    for value in (*args, *kwargs.values()):
        if isinstance(value, PagedWeight):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, PagedWeight))  # pyright: ignore[reportUnknownVariableType]


def real_arguments(
    args: Sequence[Any], kwargs: Mapping[str, Any], fetch: Callable[[PagedWeight], Tensor]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments with every paged weight, also one level down in lists, replaced by what ``fetch`` gives."""

    def real(value: Any) -> Any:
        if isinstance(value, PagedWeight):
            return fetch(value)
        if isinstance(value, (list, tuple)) and any(isinstance(item, PagedWeight) for item in value):  # pyright: ignore[reportUnknownVariableType]
            return type(value)(fetch(item) if isinstance(item, PagedWeight) else item for item in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType, reportCallIssue]
        return value

    return [real(value) for value in args], {name: real(value) for name, value in kwargs.items()}


def storages_of(result: Any) -> set[int]:
    """Where the tensors in a function's result keep their numbers, to see whether they are views of a weight."""
    if isinstance(result, Tensor):
        return {result.untyped_storage().data_ptr()}
    if isinstance(result, (list, tuple)):
        return {place for item in result for place in storages_of(item)}  # pyright: ignore[reportUnknownVariableType]
    return set()
