"""``server``: ``PromptServer.instance``. Messages go to the job's clients; routes are noted, and not served yet."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.json_values import plain
from compat.comfyui.worker.shims.place import ShimPlace
from graph_engine.run.events import OWNER

log = logging.getLogger("noiseloom.plugins")

HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])


class NotedRoutes:
    """Takes routes as aiohttp's table does, and keeps them."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, Callable[..., Any]]] = []

    def __getattr__(self, method: str) -> Callable[..., Callable[[HandlerT], HandlerT]]:
        if method not in ("get", "post", "put", "patch", "delete", "head", "view", "route", "static"):
            raise AttributeError(method)

        def at(path: str, *_args: Any, **_kwargs: Any) -> Callable[[HandlerT], HandlerT]:
            def note(handler: HandlerT) -> HandlerT:
                self.noted.append((method.upper(), path, handler))
                return handler

            return note

        return at


class PromptServer:
    """What packs reach by ``PromptServer.instance``."""

    instance: "PromptServer"

    def __init__(self) -> None:
        self.routes = NotedRoutes()
        self.client_id = OWNER
        self.on_prompt_handlers: list[Callable[..., Any]] = []
        self.supports = ["custom_nodes_from_web"]
        self.number = 0

    @property
    def last_node_id(self) -> str | None:
        """The node that calls."""
        context = current_call()
        return None if context is None else context.node_id

    @property
    def last_prompt_id(self) -> str | None:
        """The job that calls."""
        context = current_call()
        return None if context is None else context.job_id

    def send_sync(self, event: Any, data: Any, sid: str | None = None) -> None:
        """Tell clients something from within a node: one client, or everyone. Elsewhere there is nobody to tell."""
        context = current_call()
        if context is None:
            log.debug("A message (%s) outside a job goes nowhere.", event)
            return
        context.message(str(event), plain(data), None if sid is None else str(sid))

    async def send(self, event: Any, data: Any, sid: str | None = None) -> None:
        """As :meth:`send_sync`."""
        self.send_sync(event, data, sid)

    def send_progress_text(self, text: str | bytes, node_id: str, sid: str | None = None) -> None:
        """Tell a line of text for a node."""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        self.send_sync("progress_text", {"nodeId": node_id, "text": words}, sid)

    def add_on_prompt_handler(self, handler: Callable[..., Any]) -> None:
        """Noted only: a prompt is not rewritten here."""
        self.on_prompt_handlers.append(handler)

    def add_routes(self) -> None:
        """Nothing to do."""


def members(_place: ShimPlace) -> Mapping[str, Any]:
    """The module's members, its one server among them."""

    class Server(PromptServer):
        """The server of this worker."""

    Server.instance = Server()
    return {"PromptServer": Server}
