"""``/ws`` as ComfyUI's clients know it, over the same hub as our own socket."""

import asyncio
import contextlib
import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from compat.comfyui.server.messages import (
    PICTURES,
    Message,
    Translator,
    message_text,
    preview_frame,
    result_frame,
    shows_previews,
    stated_inputs,
    status_message,
)
from graph_engine.files.jail import PathRefused
from web.server.events.socket import has_room, open_socket, run_socket
from web.server.events.subscription import Batch
from web.server.services import SERVICES, Services

FEATURES = {"supports_preview_metadata": True}
KNOWN_JOBS = 1024


class Owners:
    """Which client submitted a job, and what classes its nodes have; the last thousand jobs at hand."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str | None, Mapping[str, Any]]] = OrderedDict()
        self.sockets: dict[str, web.WebSocketResponse] = {}

    def note(self, job_id: str, client_id: str | None, graph: Mapping[str, Any]) -> None:
        """Remember a job."""
        self._known[job_id] = (client_id, graph)
        while len(self._known) > KNOWN_JOBS:
            self._known.popitem(last=False)

    async def owner(self, services: Services, job_id: str) -> str | None:
        """The client that submitted the job, None if it named none."""
        if job_id not in self._known:
            content = await services.jobs.store.content(job_id)
            self.note(job_id, content.client_id if content else None, content.graph if content else {})
        return self._known[job_id][0]

    def type_of(self, job_id: str, node: str) -> str:
        """The class of a job's node."""
        found = self._known.get(job_id, (None, {}))[1].get(node)
        return str(found.get("class_type", "")) if isinstance(found, Mapping) else ""

    def inputs_of(self, job_id: str, node: str) -> Mapping[str, Any]:
        """The values stated for a job's node, each as ComfyUI lists it; what comes over a wire is not known here."""
        return stated_inputs(self._known.get(job_id, (None, {}))[1], node)


OWNERS = web.AppKey("comfyui_owners", Owners)


async def serve_socket(request: web.Request) -> web.StreamResponse:
    """Serve one client until it goes."""
    services, owners = request.app[SERVICES], request.app[OWNERS]
    await services.database.ready()
    client_id = request.query.get("clientId") or uuid.uuid4().hex
    socket = await open_socket(request, services)
    if (older := owners.sockets.get(client_id)) is not None:
        await older.close()
    owners.sockets[client_id] = socket
    subscription = services.hub.subscribe()
    talk = _Conversation(request, socket, services, owners, client_id)

    async def send() -> None:
        await talk.greet()
        while (batch := await subscription.next()) is not None:
            async with asyncio.timeout(services.settings.limits.stuck_seconds):
                await talk.pass_on(batch)

    try:
        await run_socket(socket, subscription, send, talk.hear)
    finally:
        if owners.sockets.get(client_id) is socket:
            del owners.sockets[client_id]
    return socket


class _Conversation:
    """One client: what it can read, and what it was told."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        services: Services,
        owners: Owners,
        client_id: str,
    ) -> None:
        self._request = request
        self._socket = socket
        self._services = services
        self._owners = owners
        self._client_id = client_id
        self._translator = Translator(client_id, owners.type_of, time.monotonic, owners.inputs_of)
        self._reads_metadata = False
        self._heard_any = False

    async def greet(self) -> None:
        """The first message, and where this client's own job is if it runs."""
        counts = await self._services.jobs.counts()
        await self._say(status_message(counts.queued + counts.running, self._client_id))
        current = self._services.jobs.running
        if current is not None and await self._owners.owner(self._services, current) == self._client_id:
            progress = self._services.board.get(current)
            if progress is not None and progress.node is not None:
                node = progress.node
                await self._say(("executing", {"node": node, "display_node": node, "prompt_id": current}))

    async def hear(self, text: str) -> None:
        """A client's first message may state what it can read."""
        first, self._heard_any = not self._heard_any, True
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return
        if first and isinstance(message, dict) and message.get("type") == "feature_flags":
            flags = message.get("data")
            self._reads_metadata = isinstance(flags, dict) and flags.get("supports_preview_metadata") is True
            limit = self._services.settings.limits.upload_bytes
            await self._say(("feature_flags", {**FEATURES, "max_upload_size": limit}))

    async def pass_on(self, batch: Batch) -> None:
        """Events as messages, then previews."""
        for record in batch.records:
            owner = await self._owners.owner(self._services, record.job_id) if record.job_id else None
            for message in self._translator.translate(record, owner):
                await self._say(message)
        method = self._services.settings.preview_method
        if not shows_previews(method, reads_metadata=self._reads_metadata):
            return
        for frame in batch.previews:
            owner = await self._owners.owner(self._services, frame.job_id)
            if owner in (None, self._client_id) and has_room(self._request):
                await self._socket.send_bytes(preview_frame(frame, with_metadata=self._reads_metadata))

    async def _say(self, message: Message) -> None:
        if message[0] == PICTURES:
            await self._send_pictures(message[1]["images"])
        else:
            await self._socket.send_str(message_text(message))

    async def _send_pictures(self, images: Sequence[Mapping[str, str]]) -> None:
        jail = self._services.folders.jail
        for item in images:
            name = f"{item['subfolder']}/{item['filename']}" if item.get("subfolder") else item["filename"]
            with contextlib.suppress(PathRefused, OSError):
                png = await asyncio.to_thread(jail.resolve(item["type"], name).read_bytes)
                await self._socket.send_bytes(result_frame(png))
