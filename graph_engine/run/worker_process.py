"""One worker process as the server sees it: spawn, talk, notice its end."""

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph_engine.run.wire import WireError, pack, read_message
from graph_engine.run.worker_channels import OfferedChannels, offer_channels
from graph_engine.run.worker_settings import WorkerSettings

_LONGEST_LINE = 4000
_SECRET = re.compile(r"(?i)token|secret|passw|api_?key|access_?key|credential|database_url")
_PROJECT_ROOT = Path(__file__).resolve().parents[2]

OnMessage = Callable[[dict[str, Any]], Any]


class WorkerProcess:
    """A running worker. Made by :meth:`spawn`; :meth:`watch` runs as long as the process does."""

    def __init__(self, process: asyncio.subprocess.Process, logger: logging.Logger) -> None:
        self._process = process
        self._logger = logger
        self._work: asyncio.StreamWriter | None = None
        self._control: asyncio.StreamWriter | None = None
        self._readers: list[asyncio.StreamReader] = []

    @staticmethod
    async def spawn(settings: WorkerSettings, logger: logging.Logger) -> "WorkerProcess":
        """Start a worker and send it its settings; does not wait until it is ready. Raises OSError."""
        offered = offer_channels()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "graph_engine.run.worker",
                "--parent",
                str(os.getpid()),
                "--channels",
                offered.argument,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=_environment(offered),
                close_fds=True,
                pass_fds=offered.inherited,
            )
        finally:
            offered.close_theirs()
        worker = WorkerProcess(process, logger)
        try:
            sockets = await asyncio.get_running_loop().run_in_executor(None, offered.accept)
            for sock in sockets:
                sock.setblocking(False)
            work_reader, worker._work = await asyncio.open_connection(sock=sockets[0])
            control_reader, worker._control = await asyncio.open_connection(sock=sockets[1])
        except BaseException:
            await worker._end()
            raise
        worker._readers = [work_reader, control_reader]
        worker.send_work(settings.start_message())
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.returncode is None

    def send_work(self, message: Mapping[str, Any]) -> None:
        """Queue a message on the work channel. Raises WireError when it cannot be packed."""
        if self._work is not None:
            self._work.write(pack(message))

    def send_control(self, message: Mapping[str, Any]) -> None:
        """Queue a message on the control channel."""
        if self._control is not None and not self._control.is_closing():
            self._control.write(pack(message))

    async def watch(self, on_work: OnMessage, on_control: OnMessage) -> str:
        """Deliver messages until the process ends; gives how it ended, as the end of a sentence.

        ``on_work`` may return an awaitable, which is awaited before the next message is read.
        """
        work, control = self._readers
        log = asyncio.ensure_future(self._copy_output())
        controls = asyncio.ensure_future(self._deliver(control, on_control))
        try:
            await self._deliver(work, on_work)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._process.wait(), 2)
            self.kill()
            code = await self._process.wait()
            # Its last words may say why.
            await asyncio.wait([log, controls], timeout=1)
        finally:
            for task in (log, controls):
                task.cancel()
            await self._end()
            for writer in (self._work, self._control):
                if writer is not None:
                    writer.close()
        return how_it_ended(code)

    def kill(self) -> None:
        """End the process at once."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        """End the process and see it gone: its pipe is closed while there is a loop to close it."""
        self.kill()
        await self._process.wait()

    async def stop(self, patience: float) -> None:
        """Ask the process to end; kill it after ``patience`` seconds."""
        with contextlib.suppress(OSError, RuntimeError):
            self.send_control({"type": "stop"})
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    async def _deliver(self, reader: asyncio.StreamReader, on_message: OnMessage) -> None:
        while True:
            try:
                message = await read_message(reader)
            except WireError as error:
                self._logger.error("The worker sent something unreadable: %s", error)
                return
            if message is None:
                return
            answer = on_message(message)
            if asyncio.iscoroutine(answer):
                await answer

    async def _copy_output(self) -> None:
        """What the worker prints, line by line, into the log; over-long lines are cut."""
        assert self._process.stdout is not None
        rest = b""
        while chunk := await self._process.stdout.read(1 << 16):
            *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
            for line in lines:
                self._log_line(line)
            if len(rest) > _LONGEST_LINE:
                self._log_line(rest)
                rest = b""
        self._log_line(rest)

    def _log_line(self, line: bytes) -> None:
        if line.strip():
            self._logger.info("%s", line[:_LONGEST_LINE].decode("utf-8", "backslashreplace"))


def how_it_ended(code: int) -> str:
    """An exit code in words: ``signal SIGKILL …`` or ``exit code 3``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
    return f"signal {name}{hint}"


def _environment(offered: OfferedChannels) -> dict[str, str]:
    """The server's environment, with the project on the path wherever the server was started from.

    What looks like a secret stays behind: nodes of plug-ins run in the worker, and none of ours needs any.
    """
    paths = [str(_PROJECT_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    # Numeric libraries let idle threads spin by default, and come almost to a stand where others want the cores.
    defaults = {"OMP_WAIT_POLICY": "PASSIVE"}
    fixed = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    inherited = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    return {**defaults, **inherited, **fixed, **offered.environment}
