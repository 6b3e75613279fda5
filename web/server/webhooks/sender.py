"""Tells webhooks how jobs ended: from the disk, so that a restart forgets none; again and later when it fails."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from graph_engine.jobs.job import Job
from web.server.webhooks.addresses import AddressRefused, AddressRules, JudgedResolver, addresses_of
from web.server.webhooks.delivery import Delivery

if TYPE_CHECKING:
    from aiohttp import ClientSession

log = logging.getLogger(__name__)

WAITS = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds until the next try, after each failed one; after the last the delivery is given up."""
ANSWER_SECONDS = 15.0
AT_ONCE = 4
PAGE = 32


class DeliveryStore(Protocol):
    """Where deliveries wait."""

    async def due(self, at: float, limit: int) -> Sequence[Delivery]:
        """Deliveries whose time has come, earliest first."""
        ...

    async def next_due(self) -> float | None:
        """When the next delivery is due, None when there is none."""
        ...

    async def put_off(self, delivery_id: int, until: float) -> None:
        """Count a failed try."""
        ...

    async def done(self, delivery_id: int) -> None:
        """Forget a delivery."""
        ...

    async def job(self, job_id: str) -> Job | None:
        """The job a delivery is about."""
        ...


class WebhookSender:
    """Sends what is due. ``secret`` signs every message; ``waits`` are the seconds between tries."""

    def __init__(
        self,
        store: DeliveryStore,
        rules: AddressRules,
        *,
        secret: bytes | None = None,
        waits: Sequence[float] = WAITS,
    ) -> None:
        self._store = store
        self._rules = rules
        self._secret = secret
        self._waits = waits
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def refusal(self, url: str) -> str | None:
        """Why this address would never be told, None if it may be. A name that cannot be resolved now may be later."""
        try:
            host, port = self._rules.target(url)
            await addresses_of(self._rules, host, port)
        except AddressRefused as refused:
            return str(refused)
        except (OSError, UnicodeError):
            return None
        return None

    def start(self) -> None:
        """Begin; needs a running event loop and an open database."""
        self._task = asyncio.get_running_loop().create_task(self._work(), name="webhooks")

    def wake(self) -> None:
        """There may be something to tell."""
        self._news.set()

    async def stop(self) -> None:
        """Send nothing more; what is left is sent after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=1)

    async def _work(self) -> None:
        from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

        connector = TCPConnector(resolver=JudgedResolver(self._rules), use_dns_cache=False, force_close=True)
        timeout = ClientTimeout(total=ANSWER_SECONDS)
        async with ClientSession(connector=connector, timeout=timeout, cookie_jar=DummyCookieJar()) as session:
            while True:
                try:
                    await self._send_due(session)
                    await self._wait()
                except Exception:
                    log.exception("Webhooks could not be sent; trying again")
                    await asyncio.sleep(5)

    async def _send_due(self, session: "ClientSession") -> None:
        while found := await self._store.due(time.time(), PAGE):
            lanes = asyncio.Semaphore(AT_ONCE)

            async def send(item: Delivery, lanes: asyncio.Semaphore = lanes) -> None:
                async with lanes:
                    await self._deliver(session, item)

            await asyncio.gather(*(send(item) for item in found))

    async def _wait(self) -> None:
        following = await self._store.next_due()
        seconds = None if following is None else max(0.05, following - time.time())
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    async def _deliver(self, session: "ClientSession", item: Delivery) -> None:
        job = await self._store.job(item.job_id)
        failure = None if job is None else await self._post(session, item, job)
        if failure is None:
            await self._store.done(item.id)
        elif item.attempts < len(self._waits):
            log.warning("A webhook of job %s was not taken (%s); trying again later.", item.job_id, failure)
            await self._store.put_off(item.id, time.time() + self._waits[item.attempts])
        else:
            log.error("A webhook of job %s was given up after %d tries (%s).", item.job_id, item.attempts + 1, failure)
            await self._store.done(item.id)

    async def _post(self, session: "ClientSession", item: Delivery, job: Job) -> str | None:
        """Send one message; answers what went wrong, None if it was taken. Redirects are not followed."""
        from aiohttp import ClientError

        body = json.dumps(message_of(job), separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "noiseloom-webhook", **self._signature(item, body)}
        try:
            host, port = self._rules.target(item.url)
            # The resolver is not asked for a host that is an address already.
            await addresses_of(self._rules, host, port)
            async with session.post(item.url, data=body, headers=headers, allow_redirects=False) as answer:
                return None if 200 <= answer.status < 300 else f"it answered {answer.status}"
        except (ClientError, OSError, TimeoutError, UnicodeError, ValueError) as failure:
            return str(failure) or type(failure).__name__

    def _signature(self, item: Delivery, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        headers = {"X-Noiseloom-Delivery": str(item.id), "X-Noiseloom-Timestamp": stamp}
        if self._secret is not None:
            headers["X-Noiseloom-Signature"] = signature(self._secret, stamp, body)
        return headers


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256 of ``stamp.body`` in hexadecimal digits, as the receiver must find it."""
    return "sha256=" + hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def message_of(job: Job) -> dict[str, Any]:
    """What a webhook is told."""
    return {
        "event": "job.finished",
        "job": {
            "id": job.id,
            "number": job.number,
            "state": job.state,
            "title": job.title,
            "created": job.created,
            "started": job.started,
            "finished": job.finished,
            "batch": job.batch_id,
            "outputs": job.outputs,
            "problems": [problem.to_json() for problem in job.problems],
        },
    }
