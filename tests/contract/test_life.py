"""Starting, stopping, dying: what a server promises whatever happens to it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.contract.conftest import REGISTRY, ROOT, Studio, picture_graph, slow_graph, start_studio


def launch(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", "--disable-auto-launch", "--node-registry", REGISTRY, "--device", "none"]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=20)


def test_a_worker_that_dies_takes_one_job_with_it(studio: Studio) -> None:
    job = studio.submit(slow_graph())
    studio.wait(job["id"], {"running"})
    waiting = studio.submit(picture_graph(colour=11))
    deadline = time.monotonic() + 30
    while not (studio.get(f"/api/v1/jobs/{job['id']}").json["progress"] or {}).get("value"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(studio.get("/api/v1/system").json["worker"]["pid"], signal.SIGKILL)
    lost = studio.wait(job["id"])
    assert lost["state"] == "lost" and "SIGKILL" in lost["problems"][0]["message"]
    assert studio.wait(waiting["id"])["state"] == "succeeded"
    assert studio.get("/healthz").status == 200
    assert studio.wait_for_worker()["restarts"] >= 1


def test_sigterm_puts_the_running_job_back_and_a_restart_runs_it(tmp_path: Path) -> None:
    first = start_studio(tmp_path)
    job = first.submit(slow_graph(steps=100, seconds=0.02))
    first.wait(job["id"], {"running"})
    queued = [first.submit(picture_graph(colour=index))["id"] for index in range(3)]
    begin = time.monotonic()
    assert first.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begin < 10
    second = start_studio(tmp_path, wait=False)
    try:
        for job_id in [job["id"], *queued]:
            assert second.wait(job_id)["state"] == "succeeded"
        kinds = [item["event"]["type"] for item in second.get(f"/api/v1/jobs/{job['id']}/events").json["events"]]
        assert kinds.count("job.started") == 2 and "job.requeued" in kinds
    finally:
        assert second.stop(signal.SIGINT) == 0


def test_a_killed_server_loses_only_the_running_job(tmp_path: Path) -> None:
    first = start_studio(tmp_path)
    done = first.run(picture_graph(colour=1))
    running = first.submit(slow_graph())
    queued = first.submit(picture_graph(colour=2))
    first.wait(running["id"], {"running"})
    time.sleep(0.5)
    worker = first.get("/api/v1/system").json["worker"]["pid"]
    first.stop(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists() and Path(f"/proc/{worker}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline, "the worker outlived its server"
        time.sleep(0.05)
    second = start_studio(tmp_path, wait=False)
    try:
        assert second.wait(running["id"])["state"] == "lost"
        assert second.get(f"/api/v1/jobs/{running['id']}").json["problems"][0]["code"] == "job.interrupted"
        assert second.wait(queued["id"])["state"] == "succeeded"
        assert second.get(f"/api/v1/jobs/{done['id']}").json["outputs"] == done["outputs"]
        assert second.submit(picture_graph(), id=queued["id"])["number"] == queued["number"]
    finally:
        second.stop()


def test_a_second_server_on_the_same_folder_names_the_first(studio: Studio) -> None:
    begin = time.monotonic()
    second = launch("--port", "0", "--data-dir", str(studio.data))
    assert second.returncode == 1 and time.monotonic() - begin < 15
    assert studio.url in second.stderr and str(studio.process.pid) in second.stderr
    assert "Traceback" not in second.stderr and studio.get("/healthz").status == 200


def test_a_port_in_use_is_said_with_another_to_try(studio: Studio, tmp_path: Path) -> None:
    second = launch("--port", str(studio.port), "--data-dir", str(tmp_path / "data"))
    assert second.returncode == 1 and f"Port {studio.port}" in second.stderr and "--port" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    "options,words",
    [
        (("--listen", "203.0.113.1"), "not an address of this machine"),
        (("--tls-certfile", "x.pem"), "--tls-keyfile"),
        (("--token-file", "/nowhere/token"), "cannot be read"),
        (("--data-dir", "/proc/nowhere"), "Choose another --data-dir"),
        (("paint",), "no verb"),
        (("--port", "70000"), "0 to 65535"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    base = () if "--data-dir" in options else ("--data-dir", str(tmp_path / "data"), "--port", "0")
    result = (
        launch(*options, *base)
        if options != ("paint",)
        else subprocess.run([sys.executable, "main.py", "paint"], cwd=ROOT, capture_output=True, text=True, timeout=20)
    )
    assert result.returncode in (1, 2) and words in result.stderr and "Traceback" not in result.stderr


def test_all_addresses_demand_a_token_that_is_shown_once(tmp_path: Path) -> None:
    first = start_studio(tmp_path, "--listen", wait=False)
    shown = first.output.read_text()
    token = shown.split("shown only now: ")[1].split()[0]
    assert first.get("/queue").status == 401
    assert first.get("/queue", Authorization=f"Bearer {token}").status == 200
    first.stop()
    second = start_studio(tmp_path, "--listen", wait=False)
    try:
        assert "shown only now" not in second.output.read_text()
        assert second.get("/queue", Authorization=f"Bearer {token}").status == 200
        assert (second.data / "token.sha256").stat().st_mode & 0o777 == 0o600
    finally:
        second.stop()


def damage_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = os.urandom(4096)
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [damage_page, empty])
def test_a_damaged_database_is_moved_aside_and_said(tmp_path: Path, damage: object) -> None:
    first = start_studio(tmp_path, wait=False)
    first.post("/queue", {"clear": True})
    first.stop(signal.SIGKILL)
    path = first.data / "noiseloom.db"
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    damage(path)  # pyright: ignore
    second = start_studio(tmp_path, wait=False)
    try:
        said = second.get("/api/v1/system").json["database"]
        assert "noiseloom.db.corrupt-" in said and list(second.data.glob("noiseloom.db.corrupt-*"))
        assert second.get("/queue").json == {"queue_running": [], "queue_pending": []}
    finally:
        assert second.stop() == 0


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    first = start_studio(tmp_path, wait=False)
    first.get("/queue")
    first.stop()
    path = first.data / "noiseloom.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    second = launch("--port", "0", "--data-dir", str(first.data))
    assert second.returncode == 1 and "newer version" in second.stderr and "Traceback" not in second.stderr
    assert path.read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting a small disk needs root")
def test_a_full_disk_refuses_new_jobs_and_recovers(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "t", str(disk)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        server = start_studio(tmp_path, data=disk / "data")
        try:
            done = server.run(picture_graph(colour=1))
            running = server.submit(slow_graph(steps=100, seconds=0.03))
            server.wait(running["id"], {"running"})
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
                while True:
                    file.write(bytes(1 << 20))
            refused = server.post("/api/v1/jobs", {"graph": picture_graph(colour=2)})
            assert refused.status == 507 and str(disk) in refused.json["detail"] and "MB" in refused.json["detail"]
            assert server.post("/prompt", {"prompt": picture_graph(colour=2)}).status == 507
            assert server.get(f"/api/v1/jobs/{done['id']}").status == 200 and server.get("/").status == 200
            assert server.get(done["outputs"]["2"]["images"][0]["url"]).status == 200
            assert server.post(f"/api/v1/jobs/{running['id']}/cancel").status == 200
            assert server.wait(running["id"])["state"] == "cancelled"
            assert server.ask("DELETE", f"/api/v1/jobs/{done['id']}").status == 204
            filler.unlink()
            assert server.run(picture_graph(colour=3))["state"] == "succeeded"
        finally:
            assert server.stop() == 0
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_whole_job_is_served_without_torch(tmp_path: Path) -> None:
    server = start_studio(tmp_path)
    try:
        server.run(picture_graph())
        server.get("/object_info")
        server.get("/system_stats")
        maps = Path(f"/proc/{server.process.pid}/maps")
        if maps.exists():
            assert "/torch/" not in maps.read_text()
        # The server imports only what it has been asked for; what it could import is import-linter's to watch.
        command = (
            "import sys, cli.compose, compat.comfyui.server.routes, web.server.persistence.opening; "
            "print([name for name in sys.modules if name.split('.')[0] in ('torch', 'diffusion', 'nodes')])"
        )
        result = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert result.stdout.strip() == "[]", result.stderr
    finally:
        server.stop()


def test_a_client_that_sends_no_headers_is_closed_and_others_are_served(studio: Studio) -> None:
    idle = [socket.create_connection(("127.0.0.1", studio.port)) for _ in range(50)]
    idle[0].sendall(b"GET / HTTP/1.1\r\nHost: ")
    begin = time.monotonic()
    assert studio.get("/healthz").status == 200 and time.monotonic() - begin < 6
    idle[0].settimeout(30)
    assert idle[0].recv(1) == b""
    assert 8 < time.monotonic() - begin < 25
    for item in idle:
        item.close()


def test_the_log_has_neither_tokens_nor_control_characters(studio: Studio) -> None:
    studio.get("/queue?token=CANARY-IN-LOG")
    studio.post("/prompt", {"prompt": {"a\r\nb\x1b[2J": {"class_type": "EmptyImage", "inputs": {}}}})
    log = (studio.data / "logs" / "noiseloom.log").read_bytes()
    assert b"CANARY-IN-LOG" not in log and b"\x1b" not in log


def test_the_openapi_document_is_current() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "web.server.openapi"], cwd=ROOT, capture_output=True, timeout=60
    ).stdout
    assert json.loads(made) == json.loads((ROOT / "web/client/src/api/openapi.json").read_bytes())
