"""Make sure that Chromium is here for the browser tests: a system one, else Debian's package (as root)."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Install Chromium where none is found, or say what to do."""
    if os.environ.get("NOISELOOM_CHROMIUM") or any(map(shutil.which, NAMES)):
        return
    if sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-noto-cjk"]
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-yq", "--no-install-recommends", *packages],
        ):
            code = subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL).returncode
            if code:
                raise SystemExit(f"This failed with code {code}: {' '.join(command)}")
        return
    raise SystemExit(
        "The browser tests need Chromium. Install it (Debian: sudo apt install chromium fonts-noto-cjk), "
        "or name one in NOISELOOM_CHROMIUM."
    )


if __name__ == "__main__":
    main()
