"""The server itself."""

import asyncio
import platform
from pathlib import Path

from web.server.endpoint import Call, endpoint
from web.server.events.socket import worker_json
from web.server.logs import last_lines
from web.server.refusals import refuse
from web.server.schemas.system import (
    Health,
    LimitsModel,
    LogLines,
    LogsQuery,
    QueueModel,
    SystemModel,
    WorkerModel,
)
from web.server.version import VERSION


@endpoint("GET", "/api/v1/system", response=SystemModel)
async def get_system(call: Call[None, None]) -> SystemModel:
    """The server, its worker, its queue and its limits."""
    limits = call.services.settings.limits
    counts = await call.services.jobs.counts()
    return SystemModel(
        version=VERSION,
        worker=WorkerModel(**worker_json(call.services)),
        queue=QueueModel(queued=counts.queued, running=counts.running, paused=call.services.jobs.paused),
        limits=LimitsModel(
            json_bytes=limits.json_bytes,
            json_depth=limits.json_depth,
            upload_bytes=limits.upload_bytes,
            upload_pixels=limits.upload_pixels,
            queue=limits.queue,
            sockets=limits.sockets,
        ),
        python=platform.python_version(),
        platform=platform.platform(),
        database=call.services.database.notice,
    )


@endpoint("GET", "/api/v1/logs", query=LogsQuery, response=LogLines)
async def get_logs(call: Call[None, LogsQuery]) -> LogLines:
    """The last lines of the server's log."""
    lines = await asyncio.to_thread(last_lines, call.services.folders.logs, call.query.lines)
    home = str(Path.home())
    # A short home ("/" in a container) is in every path, and says nothing of a person.
    return LogLines(lines=[line.replace(home, "~") for line in lines] if len(home) > 1 else lines)


@endpoint("POST", "/api/v1/worker/restart", errors=(409,))
async def restart_worker(call: Call[None, None]) -> None:
    """Start the worker anew: it reads plug-ins again, and tries again where it had given up."""
    if not await call.services.executor.restart():
        raise refuse(409, "worker.busy", "The worker runs a job.", "Stop the job, or wait for its end.")


@endpoint("GET", "/healthz", response=Health)
async def healthz(call: Call[None, None]) -> Health:
    """Whether the server answers."""
    return Health()
