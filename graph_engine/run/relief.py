"""A node's call, made again when memory ran out and something could be done about it."""

import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from graph_engine.memory.exhaustion import is_out_of_memory
from graph_engine.spec.context import NodeMemory
from graph_engine.validate.problem import Problem

ResultT = TypeVar("ResultT")


class ServingMemory(NodeMemory, Protocol):
    """Device memory as the evaluator sees it."""

    def serving(self, node_id: str) -> AbstractContextManager[Any]:
        """What is leased and cached in this context is ``node_id``'s."""
        ...

    def relieve(self, error: BaseException) -> Problem | None:
        """Take the next step against a shortage of memory, and say which; None when there is none to take."""
        ...


def call_with_relief(call: Callable[[], ResultT], memory: ServingMemory, tell: Callable[[Problem], None]) -> ResultT:
    """``call()``, inside ``memory.serving(…)``.

    When memory runs out in it, the memory takes its next step of relief (at most one for each level), ``tell`` is told
    which, and the call is made again. Raises what the last call raised.
    """
    while True:
        try:
            return call()
        except BaseException as error:
            if is_out_of_memory(error):
                _let_go_of_frames(error)
            eased = memory.relieve(error)
            if eased is None:
                raise
        tell(eased)


def _let_go_of_frames(error: BaseException) -> None:
    """The frames of a failed call, and of those it came from, hold the very tensors that must go."""
    cause: BaseException | None = error
    while cause is not None:
        traceback.clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__
