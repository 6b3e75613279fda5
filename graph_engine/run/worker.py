"""The worker process: ``python -m graph_engine.run.worker``, started by :mod:`graph_engine.run.worker_process`.

The second composition root. Two channels: *work* brings jobs and takes events, in the main thread; *control* brings
cancellations, is served by its own thread and so answers while a node computes. When either closes, the process ends.
"""

import argparse
import ctypes
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from graph_engine.document.run_form import graph_from_json
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.evaluate import Evaluator
from graph_engine.run.event_stream import EventStream
from graph_engine.run.executor import RunRequest
from graph_engine.run.extension import ExtensionPlace, load_extension
from graph_engine.run.wire import PROTOCOL, BlockingChannel
from graph_engine.run.worker_answers import Answering, answerer
from graph_engine.run.worker_channels import adopt_channels
from graph_engine.run.worker_device import WorkerDevice
from graph_engine.run.worker_settings import WorkerSettings
from graph_engine.spec.json import catalogue_revision, catalogue_to_json
from graph_engine.spec.registry import Registry

_BEAT_SECONDS = 1.0
_LONGEST_LOG = 4000
_KILL_WITH_PARENT = 1  # PR_SET_PDEATHSIG, linux/prctl.h

log = logging.getLogger("graph_engine.worker")


class _ForwardToServer(logging.Handler):
    """Log records as messages on the control channel."""

    def __init__(self, control: BlockingChannel) -> None:
        super().__init__()
        self._control = control

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)[:_LONGEST_LOG]
            self._control.send({"type": "log", "level": record.levelno, "name": record.name, "message": text})
        except Exception:
            self.handleError(record)


class Worker:
    """Serves one server until a channel closes."""

    def __init__(self, work: BlockingChannel, control: BlockingChannel, settings: WorkerSettings) -> None:
        self._work = work
        self._control = control
        place = ExtensionPlace(
            registry=lambda: _load_registry(settings.registry),
            folders=settings.folders,
            settings=settings.extension_settings,
            memory=lambda: self._device.surroundings.memory,
        )
        self._extension = load_extension(settings.extension, place)
        registry = self._extension.registry if self._extension is not None else place.registry()
        self._catalogue = registry.catalogue()
        self._device = WorkerDevice(settings, registry)
        self._answering = Answering(answerer(settings.registry, settings.folders, self._extension), control.send)
        self._evaluator = Evaluator(self._device.surroundings)
        self._stream = EventStream(work.send)
        self._lock = threading.Lock()
        self._tokens: dict[str, CancelToken] = {}
        self._cancelled_early: set[str] = set()
        self._busy = threading.Lock()
        self._to_free = {"weights": False, "outputs": False}
        self._idle_unload = settings.idle_unload
        self._idle_since: float | None = None

    def ready_message(self) -> dict[str, Any]:
        """What the server waits for before it sends jobs."""
        return {
            "type": "ready",
            "protocol": PROTOCOL,
            "catalogue": catalogue_to_json(self._catalogue),
            "revision": catalogue_revision(self._catalogue),
            **self._device.describe(),
        }

    def serve(self) -> None:
        """Take jobs one by one; returns when the work channel closes."""
        threading.Thread(target=self._serve_control, name="control", daemon=True).start()
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        while (message := self._work.receive()) is not None:
            if message["type"] == "run":
                self._run(message)
        self._stream.close()

    def _run(self, message: Mapping[str, Any]) -> None:
        job_id = message["job_id"]
        graph, _ = graph_from_json(message["graph"])
        request = RunRequest(job_id=job_id, graph=graph, targets=message["targets"], metadata=message["metadata"] or {})
        token = CancelToken()
        with self._lock:
            self._tokens[job_id] = token
            if job_id in self._cancelled_early:
                token.cancel()
            self._cancelled_early.clear()
        with self._busy:
            self._idle_since = None
            if self._extension is not None:
                self._extension.refresh({node.type for node in graph.nodes.values()})
                self._evaluator.use(self._extension.registry)
            outcome = self._evaluator.run(request, lambda event: self._stream.emit(job_id, event), token)
            if outcome == "cancelled":
                self._device.trim()
            self._idle_since = time.monotonic()
        with self._lock:
            del self._tokens[job_id]
        log.info("job %s %s", job_id, outcome)
        self._free_if_idle()

    def _serve_control(self) -> None:
        while (message := self._control.receive()) is not None:
            kind = message["type"]
            if kind == "cancel":
                self._cancel(message["job_id"])
            elif kind == "free":
                for name in self._to_free:
                    self._to_free[name] = self._to_free[name] or bool(message[name])
                self._free_if_idle()
            elif kind == "memory":
                self._control.send({"type": "memory", "id": message["id"], "places": self._device.report()})
            elif kind == "ask":
                self._answering.take(message)
            elif kind == "stop":
                break
        # The main thread may be deep in a node; the server is gone or wants us gone, and files are written whole.
        os._exit(0)

    def _cancel(self, job_id: str) -> None:
        with self._lock:
            token = self._tokens.get(job_id)
            if token is not None:
                token.cancel()
            else:
                self._cancelled_early.add(job_id)

    def _free_if_idle(self) -> None:
        if not any(self._to_free.values()) or not self._busy.acquire(blocking=False):
            return
        try:
            wanted, self._to_free = self._to_free, {"weights": False, "outputs": False}
            self._device.free(**wanted)
            if wanted["outputs"]:
                self._evaluator.forget()
        finally:
            self._busy.release()

    def _unload_if_idle(self) -> None:
        """Weights that nobody has used for so long make room for other programs."""
        since = self._idle_since
        if self._idle_unload and since is not None and time.monotonic() - since >= self._idle_unload:
            self._idle_since = None
            self._to_free["weights"] = True
            self._free_if_idle()

    def _beat(self) -> None:
        while True:
            time.sleep(_BEAT_SECONDS)
            self._unload_if_idle()
            try:
                self._control.send({"type": "beat", **self._device.describe()})
            except OSError:
                return


def _load_registry(entry: str) -> Registry:
    module, _, name = entry.partition(":")
    registry = getattr(importlib.import_module(module), name)()
    if not isinstance(registry, Registry):
        raise TypeError(f"{entry} returned a {type(registry).__name__}, not a Registry.")
    return registry


def _warm_up(entry: str) -> None:
    """Call ``warm_up`` of the registry's module, if it has one: slow imports happen while nobody waits yet."""
    warm_up = getattr(importlib.import_module(entry.partition(":")[0]), "warm_up", None)
    if warm_up is None:
        return
    try:
        warm_up()
    except Exception:
        log.exception("The warm-up failed; the first job will do the work itself.")


def _end_with_parent(parent: int) -> None:
    """Where the system can, be killed when the server dies, even while a node holds every thread up."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_KILL_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the server is gone. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m graph_engine.run.worker", description="Started by the server.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--channels", required=True)
    options = parser.parse_args(arguments)
    _end_with_parent(options.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; the server decides
    work_socket, control_socket = adopt_channels(options.channels)
    return _serve(work_socket, control_socket)


def _serve(work_socket: socket.socket, control_socket: socket.socket) -> int:
    work, control = BlockingChannel(work_socket), BlockingChannel(control_socket)
    start = work.receive()
    if start is None:
        return 0
    settings = WorkerSettings.from_start_message(start)
    root = logging.getLogger()
    root.setLevel(settings.log_level)
    root.addHandler(_ForwardToServer(control))
    logging.captureWarnings(True)
    try:
        worker = Worker(work, control, settings)
    except BaseException as error:
        traceback.print_exc()
        work.send({"type": "unable", "reason": f"{type(error).__name__}: {error}"})
        return 1
    work.send(worker.ready_message())
    threading.Thread(target=_warm_up, args=(settings.registry,), name="warm-up", daemon=True).start()
    worker.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
