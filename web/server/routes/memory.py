"""Device memory."""

from web.server.endpoint import Call, endpoint
from web.server.schemas.memory import MemoryModel, MemoryPlace


@endpoint("GET", "/api/v1/memory", response=MemoryModel)
async def get_memory(call: Call[None, None]) -> MemoryModel:
    """Who holds what memory, and for which node."""
    places = await call.services.executor.memory()
    return MemoryModel(places=[MemoryPlace.model_validate(place) for place in places])
