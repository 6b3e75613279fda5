"""The options of ``serve``. ComfyUI's spellings where it has one."""

import argparse
import os
from pathlib import Path
from urllib.parse import urlsplit

from cli.cache_options import add_cache_options
from cli.memory_options import add_memory_options
from cli.plugin_options import add_plugin_options

ROOT = Path(__file__).resolve().parent.parent
BUILT_IN = "nodes.registry:build"
EVERYWHERE = "0.0.0.0,::"
PREVIEW_METHODS = ("none", "auto", "latent2rgb", "taesd")
"""ComfyUI's words. How a preview is made is the model's affair here, so that all but none mean the same."""


def serve_parser() -> argparse.ArgumentParser:
    """The parser of ``python main.py [serve] …``."""
    parser = argparse.ArgumentParser(prog="python main.py", description="Start the Noiseloom studio.")
    _add_network(parser)
    _add_folders(parser)
    _add_queue(parser)
    add_plugin_options(parser)
    add_cache_options(parser)
    device = parser.add_argument_group("device").add_mutually_exclusive_group()
    device.add_argument("--cpu", action="store_const", const="cpu", dest="device", help="compute on the CPU")
    device.add_argument("--device", metavar="NAME", help="compute there: auto (default), cpu, cuda, cuda:1, mps")
    add_memory_options(parser)
    page = parser.add_argument_group("browser").add_mutually_exclusive_group()
    page.add_argument("--auto-launch", action="store_true", default=None, help="open the browser in any case")
    page.add_argument(
        "--disable-auto-launch",
        "--no-browser",
        action="store_false",
        dest="auto_launch",
        help="do not open the browser",
    )
    parser.add_argument(
        "--verbose",
        nargs="?",
        const="DEBUG",
        default="INFO",
        type=str.upper,
        choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        help="how much to say on the terminal (default INFO)",
    )
    parser.add_argument(
        "--node-registry",
        default=BUILT_IN,
        metavar="MODULE:FUNCTION",
        help="where node types come from, for developers (default %(default)s)",
    )
    parser.set_defaults(device="auto")
    return parser


def _add_network(parser: argparse.ArgumentParser) -> None:
    net = parser.add_argument_group("network")
    net.add_argument(
        "--listen",
        nargs="?",
        const=EVERYWHERE,
        default="127.0.0.1",
        metavar="ADDRESS[,ADDRESS]",
        help="addresses to listen on (default 127.0.0.1; without a value: all). Any but loopback demands a token",
    )
    net.add_argument("--port", type=_port, default=8188, help="port (default 8188; 0 picks a free one)")
    net.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name under which a proxy reaches this server; may be repeated",
    )
    net.add_argument(
        "--public-url", type=_origin, metavar="URL", help="the address under which a proxy serves this server"
    )
    net.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy whose X-Forwarded-For is believed; may be repeated",
    )
    net.add_argument(
        "--enable-cors-header",
        action="append",
        type=_origin,
        default=[],
        metavar="ORIGIN",
        help="let pages of this origin (https://name) ask this server; may be repeated. Never all: name each",
    )
    net.add_argument("--token-file", type=Path, metavar="FILE", help="read the access token from this file")
    net.add_argument("--tls-certfile", type=Path, metavar="FILE", help="serve https with this certificate")
    net.add_argument("--tls-keyfile", type=Path, metavar="FILE", help="the certificate's key")
    net.add_argument("--max-upload-size", type=_positive, default=100, metavar="MB", help="largest upload (100)")


def _add_queue(parser: argparse.ArgumentParser) -> None:
    queue = parser.add_argument_group("queue")
    queue.add_argument(
        "--requeue-lost",
        action="store_true",
        help="queue a job again, once, when the server or its worker died under it",
    )
    queue.add_argument("--webhook", metavar="URL", help="tell this address of every job's end")
    queue.add_argument(
        "--webhook-allow",
        action="append",
        default=[],
        metavar="HOST[:PORT]",
        help="a host that webhooks may reach though its address is not public; may be repeated, * allows all",
    )
    queue.add_argument(
        "--webhook-secret-file", type=Path, metavar="FILE", help="sign webhooks with the secret in this file"
    )
    queue.add_argument(
        "--preview-method",
        choices=PREVIEW_METHODS,
        help="send previews to ComfyUI's clients too: many take every picture on their socket for a result, so that "
        "those get none unless this says auto (the page has them in any case)",
    )
    queue.add_argument("--start-paused", action="store_true", help="start with the queue paused")


def _add_folders(parser: argparse.ArgumentParser) -> None:
    places = parser.add_argument_group("folders")
    places.add_argument(
        "--data-dir", type=Path, default=ROOT / "data", metavar="DIR", help="pictures, jobs and logs (default ./data)"
    )
    places.add_argument(
        "--database-url",
        metavar="URL",
        default=os.environ.get("NOISELOOM_DATABASE_URL"),
        help="keep jobs and history in this PostgreSQL database in place of SQLite (or NOISELOOM_DATABASE_URL, which "
        "others on this machine cannot read)",
    )
    places.add_argument(
        "--models-dir",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a further folder of models, laid out like ./models; may be repeated",
    )


def _origin(text: str) -> str:
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise argparse.ArgumentTypeError("state it as https://name or https://name:port, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return value
