"""The verb ``serve``: options in, a running server out, and a clear sentence where it cannot be."""

import asyncio
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from cli.options import ROOT, serve_parser
from cli.plugin_options import model_paths_of
from graph_engine.files.folders import Folders

EXAMPLE = "example.png"
"""The picture that templates begin with."""


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; answers the exit code."""
    options = serve_parser().parse_args(arguments)
    if (options.tls_certfile is None) != (options.tls_keyfile is None):
        return _refused("--tls-certfile and --tls-keyfile belong together: state both.")
    further = model_paths_of(options)
    folders = Folders(
        options.data_dir.resolve(), models_of(options), extra_models=further.after, first_models=further.first
    )
    try:
        create_folders(folders)
    except OSError as failure:
        words = f"The data folder {folders.data} cannot be used: {failure.strerror}."
        return _refused(f"{words} Choose another --data-dir.")
    return _serve(options, folders, arguments)


def create_folders(folders: Folders) -> None:
    """Make the data folders; a new input folder gets the example. Raises OSError."""
    new = not folders.input.exists()
    folders.create()
    if new:
        shutil.copyfile(ROOT / "workflows" / EXAMPLE, folders.input / EXAMPLE)


def models_of(options: Namespace) -> tuple[Path, ...]:
    """The model folders, our own first."""
    return (ROOT / "models", *(path.resolve() for path in options.models_dir))


def _serve(options: Namespace, folders: Folders, arguments: Sequence[str]) -> int:
    from web.server.lock import DataLock, LockHeld
    from web.server.logs import set_up_logs

    lock = DataLock(folders.lock)
    try:
        lock.acquire()
    except LockHeld as held:
        return _refused(str(held))
    except OSError as failure:
        return _refused(_unwritable(folders, failure))
    try:
        try:
            set_up_logs(folders.logs, options.verbose)
        except OSError as failure:
            return _refused(_unwritable(folders, failure))
        from cli.compose import CannotServe, serve

        try:
            return asyncio.run(serve(options, folders, lock, tuple(arguments)))
        except CannotServe as failure:
            return _refused(str(failure))
    finally:
        lock.release()


def _unwritable(folders: Folders, failure: OSError) -> str:
    words = f"The data folder {folders.data} cannot be written: {failure.strerror}."
    return f"{words} Make it writable, or choose another --data-dir. Nothing was changed."


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
