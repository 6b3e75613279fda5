"""Make `.venv` and install what Noiseloom needs into it. Needs Python 3.11 and nothing else.

    python cli/install.py            what `python main.py` needs
    python cli/install.py --dev      and what `make test` needs

Run again after a pull: it does nothing when the requirements have not changed.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
CPU_INDEX_TIMEOUT = {"UV_HTTP_TIMEOUT": "8", "UV_HTTP_RETRIES": "0", "UV_HTTP_CONNECT_TIMEOUT": "5"}


def environment_python() -> Path:
    """The interpreter inside the environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp(dev: bool) -> Path:
    """The file that remembers for which requirements the environment was made."""
    return ENVIRONMENT / (".installed-dev" if dev else ".installed")


def wanted(dev: bool) -> str:
    """A digest of everything that decides what is installed."""
    files = [ROOT / "requirements.txt", *([ROOT / "pyproject.toml"] if dev else [])]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def make_environment() -> None:
    """Create the environment with pip and uv in it."""
    if not environment_python().exists():
        print("Making .venv …", flush=True)
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            raise SystemExit(
                "Python's venv module cannot install pip here. On Debian and Ubuntu: apt install python3-venv; "
                "then run this again."
            ) from None
    run([str(environment_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.8"])


def run(command: list[str], environment: Mapping[str, str] | None = None, *, check: bool = True) -> bool:
    """Run a command; on failure stop with its own words (``check``) or answer False."""
    code = subprocess.run(command, env={**os.environ, **(environment or {})}, check=False).returncode
    if code and check:
        raise SystemExit(f"This failed with code {code}: {' '.join(command)}")
    return code == 0


def has_nvidia_gpu() -> bool:
    """Whether a CUDA build of PyTorch could be of use. macOS has one build only, so it counts as yes."""
    return sys.platform == "darwin" or shutil.which("nvidia-smi") is not None or Path("/dev/nvidiactl").exists()


def install(dev: bool) -> None:
    """Install the requirements; the CPU build of PyTorch where there is no NVIDIA GPU and its index answers."""
    uv = [str(environment_python()), "-m", "uv", "pip", "install", "--python", str(environment_python())]
    parts = ["-r", str(ROOT / "requirements.txt")]
    if dev:
        project = str(ROOT / "pyproject.toml")
        parts += ["--group", f"{project}:dev", "--group", f"{project}:training"]
    if not has_nvidia_gpu():
        print("No NVIDIA GPU found: asking for the CPU build of PyTorch (about 200 MB) …", flush=True)
        quick = subprocess.run(
            [*uv, "--quiet", "--torch-backend", "cpu", *parts],
            env={**os.environ, **CPU_INDEX_TIMEOUT},
            capture_output=True,
            check=False,
        )
        if quick.returncode == 0:
            return
        print("Its index did not answer; installing the default build (about 3 GB on Linux) …", flush=True)
    run([*uv, *parts], {"UV_HTTP_TIMEOUT": "300"})


def main() -> None:
    """Install if needed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", action="store_true", help="also what the tests and the training need")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 — this file also meets the Pythons we do not support
        raise SystemExit(f"Noiseloom needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    mark = stamp(options.dev)
    if mark.exists() and mark.read_text() == wanted(options.dev):
        return
    make_environment()
    install(options.dev)
    mark.write_text(wanted(options.dev))
    if options.dev:
        stamp(dev=False).write_text(wanted(dev=False))
    print("Installed.", flush=True)


if __name__ == "__main__":
    main()
