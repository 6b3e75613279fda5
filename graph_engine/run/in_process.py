"""Evaluating graphs in this very process: for the command line, scripts and notebooks."""

from graph_engine.run.cancellation import CancelToken
from graph_engine.run.evaluate import Emit, Evaluator, Surroundings
from graph_engine.run.events import Outcome
from graph_engine.run.executor import RunRequest
from graph_engine.spec.node import Catalogue


class InProcessRunner:
    """Runs one job after another in the calling thread; outputs are cached between jobs.

    Surroundings come from :func:`graph_engine.run.build.build_surroundings`, with
    :class:`~graph_engine.memory.none.NoDeviceMemory` for nodes that lease nothing, or with
    :func:`graph_engine.memory.torch_backend.device_memory` for nodes that run networks.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._evaluator = Evaluator(surroundings)

    def catalogue(self) -> Catalogue:
        """The specs of the nodes that can run here."""
        return self._surroundings.registry.catalogue()

    def run(self, request: RunRequest, emit: Emit, token: CancelToken | None = None) -> Outcome:
        """Evaluate ``request``, telling ``emit`` every event; the last is ``JobFinished``. Raises nothing."""
        return self._evaluator.run(request, emit, token)
