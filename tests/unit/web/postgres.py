"""A PostgreSQL server for the tests: Debian's package, started on a socket in a folder of its own."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

USER = "postgres"


def _binary(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(installed[-1]) if installed else shutil.which(name)


def _as_server_user(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    prefix = ["setpriv", "--reuid", USER, "--regid", USER, "--init-groups"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, timeout=120, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


@dataclass
class Postgres:
    """A running server."""

    socket: Path
    data: Path

    @staticmethod
    @contextlib.contextmanager
    def start(folder: Path) -> Iterator["Postgres"]:
        initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
        if initdb is None or pg_ctl is None:
            pytest.skip("no PostgreSQL server here (Debian: apt install postgresql)")
        if importlib.util.find_spec("psycopg") is None:
            pytest.skip("the PostgreSQL driver is not installed (pip install 'psycopg[binary]')")
        # A socket's path must be short, and the server's user must reach it.
        home = Path(tempfile.mkdtemp(prefix="nlpg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(home, USER)
        server = Postgres(home, home / "data")
        try:
            _as_server_user(initdb, "-D", str(server.data), "-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync")
            settings = f"-k {home} -c listen_addresses= -c max_connections=20"
            _as_server_user(pg_ctl, "-D", str(server.data), "-w", "-l", str(home / "log"), "-o", settings, "start")
        except RuntimeError as failure:
            shutil.rmtree(home, ignore_errors=True)
            pytest.skip(f"PostgreSQL cannot be started here: {failure}")
        try:
            yield server
        finally:
            server._control(pg_ctl, "stop", "-m", "immediate")
            shutil.rmtree(home, ignore_errors=True)

    def _control(self, pg_ctl: str, *words: str) -> None:
        _as_server_user(pg_ctl, "-D", str(self.data), "-w", *words)

    def restart(self) -> None:
        """Stop at once, as in a power cut, and start again."""
        pg_ctl = _binary("pg_ctl")
        assert pg_ctl is not None
        self._control(pg_ctl, "restart", "-m", "immediate", "-l", str(self.socket / "log"))

    def new_database(self) -> str:
        """An empty database; answers its address."""
        import psycopg

        name = f"n{uuid.uuid4().hex}"
        with psycopg.connect(host=str(self.socket), user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # pyright: ignore
        return f"postgresql+psycopg://{USER}@/{name}?host={self.socket}"
