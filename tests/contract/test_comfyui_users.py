"""What ComfyUI's page keeps on the server: settings, files of the user, the log, the later list of jobs."""

import urllib.parse

import pytest

from tests.contract.conftest import Studio, picture_graph, slow_graph


def test_a_users_files_are_kept_listed_moved_and_removed(studio: Studio) -> None:
    path = "/userdata/" + urllib.parse.quote("workflows/a b.json", safe="")
    assert studio.post(path, b'{"nodes": []}').json == "workflows/a b.json"
    assert studio.get(path).body == b'{"nodes": []}'
    assert studio.post(f"{path}?overwrite=false", b"{}").status == 409
    assert studio.get("/userdata?dir=workflows&recurse=true").json == ["a b.json"]
    assert studio.get("/userdata?dir=workflows&split=true").json == [["a b.json", "a b.json"]]
    info = studio.get("/api/userdata?dir=workflows&full_info=true").json[0]
    assert info["path"] == "a b.json" and info["size"] == 13 and info["modified"] > 0
    assert studio.get("/v2/userdata?path=workflows").json[0]["path"] == "workflows/a b.json"
    target = urllib.parse.quote("workflows/c.json", safe="")
    assert studio.post(f"{path}/move/{target}").json == "workflows/c.json"
    assert studio.get(path).status == 404
    assert studio.ask("DELETE", f"/userdata/{target}").status == 204
    assert studio.get("/userdata?dir=none").status == 404 and studio.get("/userdata").status == 400


@pytest.mark.parametrize("name", ["../../noiseloom.db", "..%2f..%2fserver.lock", "%2e%2e/x", "a%00b", "CON", "x."])
def test_a_users_files_stay_in_their_folder(studio: Studio, name: str) -> None:
    before = sorted(path.name for path in studio.data.iterdir())
    quoted = "/userdata/" + (name if "%" in name else urllib.parse.quote(name, safe=""))
    assert studio.post(quoted, b"x").status in (400, 404, 405)
    assert studio.get(quoted).status in (400, 404)
    assert studio.get(f"/userdata?dir={name if '%' in name else urllib.parse.quote(name)}").status in (400, 404)
    assert sorted(path.name for path in studio.data.iterdir()) == sorted({*before, "user"})


def test_settings_are_kept_one_by_one_and_together(studio: Studio) -> None:
    assert studio.post("/settings", {"A.b": 1, "C": "x\r\ny"}).status == 200
    assert studio.post("/settings/A.b", [1, 2]).status == 200
    assert studio.get("/settings").json == {"A.b": [1, 2], "C": "x\r\ny"}
    assert studio.get("/api/settings/A.b").json == [1, 2] and studio.get("/settings/none").json is None
    assert studio.post("/settings", [1]).status == 400
    assert studio.get("/users").json == {"storage": "server", "migrated": True}


def test_the_log_can_be_read_without_paths_to_it(studio: Studio) -> None:
    raw = studio.get("/internal/logs/raw").json
    assert set(raw) == {"entries", "size"} and all(set(entry) == {"t", "m"} for entry in raw["entries"])
    assert isinstance(studio.get("/internal/logs").json, str)
    assert studio.ask("PATCH", "/internal/logs/subscribe", {"clientId": "x", "enabled": True}).status == 200
    assert studio.get("/internal/files/nowhere").status == 400


def test_a_failed_job_is_told_in_history_as_it_was_over_the_socket(studio: Studio) -> None:
    graph = picture_graph() | {
        "2": {"class_type": "Broken", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }
    job = studio.run(graph)
    messages = studio.get(f"/history/{job['id']}").json[job["id"]]["status"]["messages"]
    assert [kind for kind, _ in messages] == ["execution_start", "execution_cached", "execution_error"]
    error = messages[-1][1]
    assert (error["node_id"], error["node_type"]) == ("2", "Broken")
    assert any("the paint has dried" in line for line in error["traceback"])
    again = studio.run(picture_graph(colour=0x123456)) and studio.run(picture_graph(colour=0x123456))
    cached = studio.get(f"/history/{again['id']}").json[again["id"]]["status"]["messages"][1][1]
    assert "1" in cached["nodes"]


def test_the_queue_is_listed_in_parts(studio: Studio) -> None:
    running = studio.submit(slow_graph(steps=2000))
    studio.wait(running["id"], {"running"})
    waiting = [studio.submit(picture_graph(colour=index))["id"] for index in range(4)]
    answer = studio.get("/queue?max_items=2&offset=1")
    assert [item[1] for item in answer.json["queue_pending"]] == waiting[1:3]
    assert answer.headers["X-Total-Count"] == "4"
    assert studio.get("/queue?offset=x").status == 400
    studio.post("/api/v1/jobs/cancel-all")
    studio.wait(running["id"])


def test_jobs_are_listed_in_comfyuis_later_form(studio: Studio) -> None:
    job = studio.run(picture_graph(colour=0x998877))
    listed = studio.get("/api/jobs?status=completed&limit=1").json
    entry = listed["jobs"][0]
    assert (entry["id"], entry["status"], entry["outputs_count"]) == (job["id"], "completed", 1)
    assert entry["preview_output"]["filename"].endswith(".png") and entry["preview_output"]["nodeId"] == "2"
    one = studio.get(f"/api/jobs/{job['id']}").json
    assert one["outputs"]["2"]["images"] and one["workflow"]["prompt"] == picture_graph(colour=0x998877)
    assert studio.get("/api/jobs/none").status == 404 and studio.get("/api/jobs?status=odd").status == 400
