"""Device memory."""

from web.server.endpoint import Call, endpoint
from web.server.schemas.memory import FreeMemory, MemoryModel, MemoryPlace


@endpoint("GET", "/api/v1/memory", response=MemoryModel)
async def get_memory(call: Call[None, None]) -> MemoryModel:
    """Who holds what memory, and for which node."""
    places = await call.services.executor.memory()
    return MemoryModel(places=[MemoryPlace.model_validate(place) for place in places])


@endpoint("POST", "/api/v1/memory/free", body=FreeMemory, errors=(413, 415, 422))
async def free_memory(call: Call[FreeMemory, None]) -> None:
    """Drop what no job is using."""
    await call.services.executor.free(weights=call.body.weights, outputs=call.body.outputs)
