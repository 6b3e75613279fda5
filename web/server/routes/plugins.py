"""Plug-ins."""

from web.server.endpoint import Call, endpoint
from web.server.schemas.plugins import PluginList, PluginModel


@endpoint("GET", "/api/v1/plugins", response=PluginList)
async def list_plugins(call: Call[None, None]) -> PluginList:
    """List the plug-ins found at start, and what became of each."""
    answer = await call.services.executor.ask("plugins", {})
    return PluginList(ready=answer is not None, plugins=[PluginModel.model_validate(item) for item in answer or ()])
