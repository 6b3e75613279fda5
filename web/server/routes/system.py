"""The server itself."""

import platform

from web.server.endpoint import Call, endpoint
from web.server.events.socket import worker_json
from web.server.schemas.system import Health, LimitsModel, QueueModel, SystemModel, WorkerModel
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


@endpoint("GET", "/healthz", response=Health)
async def healthz(call: Call[None, None]) -> Health:
    """Whether the server answers."""
    return Health()
