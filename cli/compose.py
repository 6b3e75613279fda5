"""The composition root: the only place where the server's parts are built and joined."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import ssl
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from cli.memory_options import memory_settings
from cli.options import BUILT_IN, ROOT
from cli.plugin_options import PLUGINS, extension_folders, plugin_settings
from compat.comfyui.canvas.exporting import document_to_canvas
from compat.comfyui.canvas.importing import canvas_to_document
from compat.comfyui.canvas.reading import canvas_version
from compat.comfyui.server.routes import add_comfyui_routes
from graph_engine.files.drafts import Drafts
from graph_engine.files.folders import Folders
from graph_engine.files.shelf import Shelf
from graph_engine.jobs.queue import QueuePolicy
from graph_engine.run.executor import Executor
from graph_engine.run.worker_settings import WorkerSettings
from web.server.batch_service import BatchService
from web.server.dispatcher import Dispatcher
from web.server.end_writer import EndWriter
from web.server.events.hub import EventHub
from web.server.extensions import Extensions
from web.server.gallery.boards import Boards
from web.server.gallery.gallery import Gallery
from web.server.gallery.thumbnails import Thumbnails
from web.server.gate.gate import Gate
from web.server.gate.hosts import LOOPBACK, HostRules
from web.server.gate.tokens import TokenKeeper, load_or_make_token
from web.server.job_service import JobService
from web.server.lifecycle import Server
from web.server.lock import DataLock
from web.server.model_files import ModelFiles
from web.server.node_types import NodeTypes
from web.server.persistence.database import Database
from web.server.persistence.delivery_store import DatabaseDeliveryStore
from web.server.persistence.event_store import DatabaseEventStore, DatabasePictureStore
from web.server.persistence.job_store import DatabaseJobStore
from web.server.progress import ProgressBoard
from web.server.queue_news import QueueNews
from web.server.run_requests import RunRequests
from web.server.services import Services
from web.server.settings import Limits, ServerSettings
from web.server.webhooks.addresses import AddressRules
from web.server.webhooks.sender import WebhookSender
from web.server.workflow_forms import CanvasForms, WorkflowForms

LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "localhost"})
WILDCARDS = frozenset({"0.0.0.0", "::"})


class CannotServe(Exception):  # noqa: N818 - reads as what it is
    """The server cannot start; the message says why and what to do."""


async def serve(options: Namespace, folders: Folders, lock: DataLock, arguments: tuple[str, ...]) -> int:
    """Serve until a signal or a fatal failure; answers the exit code. Raises :class:`CannotServe`."""
    addresses = [part.strip() for part in options.listen.split(",") if part.strip()]
    sockets = bind(addresses, options.port)
    port = sockets[0].getsockname()[1]
    tls = _tls(options)
    tokens = _tokens(options, folders, addresses)
    settings = ServerSettings(
        host=addresses[0],
        port=port,
        allow_hosts=tuple(name.lower() for name in options.allow_host),
        tls=tls is not None,
        page=ROOT / "web" / "dist",
        templates=ROOT / "workflows",
        guide=ROOT / "docs",
        catalogue=ROOT / "nodes" / "catalogue.json" if options.node_registry == BUILT_IN else None,
        extensions=extension_folders(options),
        limits=Limits(upload_bytes=int(options.max_upload_size * (1 << 20))),
        arguments=("main.py", *_without_password(arguments)),
        requeue_lost=options.requeue_lost,
        start_paused=options.start_paused,
        webhook=options.webhook,
        webhook_allow=tuple(item.lower() for item in options.webhook_allow),
        webhook_secret=_secret(options.webhook_secret_file),
        database_url=options.database_url,
        preview_method=options.preview_method,
    )
    rules = HostRules(
        port=port,
        scheme="https" if tls else "http",
        names=(*LOOPBACK, *(f"[{item}]" if ":" in item else item for item in addresses)),
        allowed=settings.allow_hosts,
        addresses=not WILDCARDS.isdisjoint(addresses),
        public=options.public_url or "",
        cors=tuple(options.enable_cors_header),
    )
    secure = tls is not None or rules.public.startswith("https:")
    gate = Gate(rules, tokens, secure=secure, proxies=frozenset(options.trusted_proxy))
    server = build(settings, gate, folders, _executor(options, folders))
    await server.start(sockets, tls)
    url = _url(addresses[0], port, secure=tls is not None)
    lock.tell(url)
    print(f"Noiseloom is at {url}", flush=True)
    if _wants_browser(options):
        threading.Thread(target=_open_browser, args=(url,), daemon=True).start()
    return await _until_told(server)


def build(settings: ServerSettings, gate: Gate, folders: Folders, executor: Executor) -> Server:
    """Join the parts of a server around an executor; needs a running event loop."""
    database = Database(folders.data, settings.database_url)
    store = DatabaseJobStore(database, QueuePolicy(limit=settings.limits.queue))
    pictures = DatabasePictureStore(database)
    hub = EventHub(DatabaseEventStore(database), settings.limits.client_buffer)
    gallery = Gallery(database, folders, hub, Thumbnails(folders.thumbnails, folders.jail))
    board = ProgressBoard()
    node_types = NodeTypes(settings.catalogue, folders, executor, hub)
    requests = RunRequests(node_types, folders, document_to_canvas)
    news = QueueNews(store, hub)
    rules = AddressRules(settings.webhook_allow)
    webhooks = WebhookSender(DatabaseDeliveryStore(database), rules, secret=settings.webhook_secret)
    dispatcher = Dispatcher(
        store=store,
        hub=hub,
        executor=executor,
        requests=requests,
        board=board,
        news=news,
        ends=EndWriter(store, hub, folders, webhook=settings.webhook, told=webhooks.wake, shown=gallery.shown),
        requeue_lost=settings.requeue_lost,
    )
    jobs = JobService(
        store=store,
        hub=hub,
        dispatcher=dispatcher,
        requests=requests,
        news=news,
        node_types=node_types,
        folders=folders,
        limits=settings.limits,
        executor=executor,
    )
    services = Services(
        settings=settings,
        gate=gate,
        folders=folders,
        database=database,
        executor=executor,
        hub=hub,
        jobs=jobs,
        batches=BatchService(jobs, node_types, folders, settings.limits),
        node_types=node_types,
        models=ModelFiles(folders, executor),
        pictures=pictures,
        gallery=gallery,
        boards=Boards(database, hub),
        board=board,
        webhooks=webhooks,
        shelf=Shelf(folders.workflows),
        published=Shelf(folders.published, "library"),
        extensions=Extensions(settings.extensions),
        drafts=Drafts(folders.drafts),
        forms=WorkflowForms(CanvasForms(canvas_version, canvas_to_document, document_to_canvas)),
    )
    return Server(services, dispatcher, store, pictures, more=(add_comfyui_routes,))


def bind(addresses: list[str], port: int) -> list[socket.socket]:
    """Bind every address to one port. Raises :class:`CannotServe`."""
    bound: list[socket.socket] = []
    wanted = [*addresses, "::1"] if addresses == ["127.0.0.1"] else addresses
    for index, address in enumerate(wanted):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        item = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":
                item.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family is socket.AF_INET6:
                item.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            item.bind((address, port))
        except OSError as failure:
            item.close()
            if index > 0:
                continue  # a machine without IPv6
            raise CannotServe(_bind_sentence(address, port, failure)) from failure
        port = item.getsockname()[1]
        bound.append(item)
    return bound


def _bind_sentence(address: str, port: int, failure: OSError) -> str:
    if failure.errno in (errno.EADDRINUSE, errno.EACCES) and port:
        why = "is in use by another program" if failure.errno == errno.EADDRINUSE else "may not be used by you"
        return f"Port {port} on {address} {why}. Stop that program, or choose another port: --port {port + 1}."
    return f"{address} is not an address of this machine ({failure.strerror}). Choose another --listen."


def _tls(options: Namespace) -> ssl.SSLContext | None:
    if options.tls_certfile is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(options.tls_certfile, options.tls_keyfile)
    except (OSError, ssl.SSLError) as failure:
        raise CannotServe(f"The TLS certificate cannot be used: {failure}.") from failure
    return context


def _tokens(options: Namespace, folders: Folders, addresses: list[str]) -> TokenKeeper | None:
    given: str | None = None
    if options.token_file is not None:
        try:
            text: str = options.token_file.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as failure:
            raise CannotServe(f"The token file {options.token_file} cannot be read: {failure}.") from failure
        given = text.strip()
        if len(given) < 8:
            raise CannotServe(f"The token in {options.token_file} is too short: 8 characters at least.")
    if given is None and LOOPBACK_ADDRESSES.issuperset(addresses):
        if options.allow_host or options.public_url or options.trusted_proxy:
            print("Whoever reaches the proxy gets in: without --token-file there is no token.", file=sys.stderr)
        return None
    keeper, fresh = load_or_make_token(folders.data, given)
    if fresh is not None:
        print(f"Others can reach this address, so it asks for a token. It is shown only now: {fresh}", flush=True)
        print("Open it as http://ADDRESS:PORT/?token=TOKEN, or type it into the page.", flush=True)
    if options.tls_certfile is None:
        print("Without TLS (--tls-certfile) others on the network can read along, the token too.", file=sys.stderr)
    return keeper


def _without_password(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The command line as clients may read it: an address of a database may hold a password."""
    shown = list(arguments)
    for index, word in enumerate(arguments):
        if word == "--database-url" and index + 1 < len(shown):
            shown[index + 1] = "…"
        elif word.startswith("--database-url="):
            shown[index] = "--database-url=…"
    return tuple(shown)


def _secret(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        secret = path.read_bytes().strip()
    except OSError as failure:
        raise CannotServe(f"The webhook secret {path} cannot be read: {failure.strerror}.") from failure
    if len(secret) < 16:
        raise CannotServe(f"The webhook secret in {path} is too short: 16 characters at least.")
    return secret


def worker_settings(options: Namespace, folders: Folders) -> WorkerSettings:
    """What the command line says of the worker."""
    return WorkerSettings(
        registry=options.node_registry,
        folders=folders,
        extension=PLUGINS,
        extension_settings=plugin_settings(options),
        device=options.device,
        cache=options.cache,
        disk_cache=options.cache_disk,
        **memory_settings(options),
    )


def _executor(options: Namespace, folders: Folders) -> Executor:
    from graph_engine.run.worker_client import WorkerExecutor

    return WorkerExecutor(worker_settings(options, folders))


def _url(address: str, port: int, *, secure: bool) -> str:
    name = "127.0.0.1" if address in WILDCARDS else f"[{address}]" if ":" in address else address
    return f"{'https' if secure else 'http'}://{name}:{port}"


def _wants_browser(options: Namespace) -> bool:
    if options.auto_launch is not None:
        return options.auto_launch
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_browser(url: str) -> None:
    import webbrowser

    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(url)


async def _until_told(server: Server) -> int:
    """Wait for the first signal (or a fatal failure), then stop in good order; a second signal ends at once."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()

    def first_or_second() -> None:
        if told.is_set():
            os._exit(130)
        print("Stopping; the running job goes back into the queue. Once more to stop at once.", flush=True)
        told.set()

    _on_signals(loop, first_or_second)
    waiting = asyncio.ensure_future(told.wait())
    await asyncio.wait({waiting, server.failed}, return_when=asyncio.FIRST_COMPLETED)
    await server.stop()
    if server.failed.done() and (failure := server.failed.exception()) is not None:
        raise CannotServe(str(failure))
    waiting.cancel()
    return 0


def _on_signals(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        try:
            loop.add_signal_handler(number, act)
        except NotImplementedError:
            signal.signal(number, _from_thread(loop, act))


def _from_thread(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> Callable[[int, object], None]:
    """A plain signal handler for systems whose event loop takes none (Windows)."""

    def handle(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(act)

    return handle
