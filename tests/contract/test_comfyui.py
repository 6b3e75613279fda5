"""ComfyUI's routes, spoken to as its clients do: urllib, a WebSocket, and the shapes they read."""

import json
import time
import urllib.parse
import urllib.request
import uuid
from typing import Any

import websocket

from tests.contract.conftest import Studio, picture_graph, slow_graph


class Client:
    """As ComfyUI's own example script talks to it."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.id = str(uuid.uuid4())
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{studio.port}/ws?clientId={self.id}", timeout=20)
        self.first = json.loads(self.socket.recv())

    def queue(self, prompt: Any) -> str:
        # No content type is stated, so urllib names it a form: that must be taken from a script.
        data = json.dumps({"prompt": prompt, "client_id": self.id}).encode()
        request = urllib.request.Request(f"{self.studio.url}/prompt", data=data)
        return json.loads(urllib.request.urlopen(request).read())["prompt_id"]

    def until_end(self, prompt_id: str) -> tuple[list[Any], list[bytes]]:
        texts: list[Any] = []
        frames: list[bytes] = []
        while True:
            out = self.socket.recv()
            if isinstance(out, str):
                texts.append(json.loads(out))
                data = texts[-1]["data"]
                if texts[-1]["type"] == "executing" and data["node"] is None and data["prompt_id"] == prompt_id:
                    return texts, frames
            else:
                frames.append(out)


def post(studio: Studio, prompt: Any, **more: Any) -> Any:
    return studio.post("/prompt", {"prompt": prompt, **more})


def test_the_example_script_gets_its_picture(studio: Studio) -> None:
    client = Client(studio)
    prompt_id = client.queue(picture_graph(colour=0xABCDEF))
    client.until_end(prompt_id)
    history = json.loads(urllib.request.urlopen(f"{studio.url}/history/{prompt_id}").read())[prompt_id]
    image = history["outputs"]["2"]["images"][0]
    assert set(image) == {"filename", "subfolder", "type"}
    query = urllib.parse.urlencode(image)
    assert urllib.request.urlopen(f"{studio.url}/view?{query}").read().startswith(b"\x89PNG")
    assert history["status"]["status_str"] == "success" and history["status"]["completed"] is True
    assert [item[0] for item in history["status"]["messages"]] == [
        "execution_start",
        "execution_cached",
        "execution_success",
    ]
    assert history["prompt"][1] == prompt_id and history["prompt"][2] == picture_graph(colour=0xABCDEF)
    assert history["prompt"][3]["client_id"] == client.id and history["prompt"][4] == ["2"]
    assert history["meta"]["2"]["display_node"] == "2"
    client.socket.close()


def test_messages_come_in_comfyuis_order(studio: Studio) -> None:
    client = Client(studio)
    assert client.first["type"] == "status" and client.first["data"]["sid"] == client.id
    assert isinstance(client.first["data"]["status"]["exec_info"]["queue_remaining"], int)
    prompt_id = client.queue(slow_graph(steps=5, seconds=0.05, seed=time.time_ns() % 2**60))
    texts, frames = client.until_end(prompt_id)
    mine = [item for item in texts if item["type"] != "status"]
    kinds = [item["type"] for item in mine]
    assert kinds[:2] == ["execution_start", "execution_cached"] and kinds[-2:] == ["execution_success", "executing"]
    assert [item["data"]["node"] for item in mine if item["type"] == "executing"][-3:] == ["2", "3", None]
    progress = [item["data"] for item in mine if item["type"] == "progress"]
    assert progress[-1] == {"value": 5, "max": 5, "prompt_id": prompt_id, "node": "2"}
    state = next(item["data"] for item in reversed(mine) if item["type"] == "progress_state")
    assert state["nodes"]["2"]["state"] == "finished" and state["nodes"]["2"]["display_node_id"] == "2"
    executed = next(item["data"] for item in mine if item["type"] == "executed")
    assert executed["node"] == executed["display_node"] == "3" and executed["output"]["images"][0]["type"] == "temp"
    assert all(item["data"]["prompt_id"] == prompt_id for item in mine)
    # Many clients take every binary frame for a result, so previews come to those alone that can tell them apart.
    assert frames == []
    client.socket.close()


def test_pictures_can_be_had_over_the_socket_alone(studio: Studio) -> None:
    # As ComfyUI's example does it: keep what comes in while the sending node is the one that is executing.
    client = Client(studio)
    graph = picture_graph(node="SaveImageWebsocket")
    graph["1"]["inputs"]["batch_size"] = 3
    graph["3"] = {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}
    for _ in range(2):
        prompt_id, current, kept = client.queue(graph), "", []
        while True:
            out = client.socket.recv()
            if isinstance(out, bytes):
                kept += [out] if current == "2" else []
            elif (message := json.loads(out))["type"] == "executing":
                current = message["data"]["node"]
                if current is None and message["data"]["prompt_id"] == prompt_id:
                    break
            else:
                assert message["type"] != "executed" or message["data"]["node"] == "3"
        assert len(kept) == 3 and all(item[:8] == b"\0\0\0\1\0\0\0\2" for item in kept)
        assert all(item[8:].startswith(b"\x89PNG") for item in kept)
        assert list(studio.get(f"/history/{prompt_id}").json[prompt_id]["outputs"]) == ["3"]
    client.socket.close()


def test_a_client_that_reads_preview_metadata_gets_it(studio: Studio) -> None:
    client = Client(studio)
    client.socket.send(json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}}))
    answer = json.loads(client.socket.recv())
    assert answer["type"] == "feature_flags" and answer["data"]["supports_preview_metadata"] is True
    prompt_id = client.queue(slow_graph(steps=5, seconds=0.05))
    _, frames = client.until_end(prompt_id)
    length = int.from_bytes(frames[0][4:8], "big")
    header = json.loads(frames[0][8 : 8 + length])
    assert frames[0][:4] == (4).to_bytes(4, "big") and header["image_type"] == "image/jpeg"
    assert (header["node_id"], header["prompt_id"], header["parent_node_id"]) == ("2", prompt_id, None)
    client.socket.close()


def test_messages_go_to_the_client_that_submitted(studio: Studio) -> None:
    mine, other = Client(studio), Client(studio)
    prompt_id = mine.queue(picture_graph(colour=99))
    mine.until_end(prompt_id)
    second = other.queue(picture_graph(colour=98))
    texts, _ = other.until_end(second)
    assert {item["data"].get("prompt_id") for item in texts if item["type"] != "status"} == {second}
    mine.socket.close()
    other.socket.close()


def test_a_job_without_a_client_tells_everyone_its_progress_only(studio: Studio) -> None:
    client = Client(studio)
    job = studio.submit(slow_graph(steps=4, seconds=0.05))
    studio.wait(job["id"])
    prompt_id = client.queue(picture_graph(colour=97))
    texts, _ = client.until_end(prompt_id)
    kinds = {item["type"] for item in texts if item["data"].get("prompt_id") == job["id"]}
    assert kinds == {"progress", "progress_state"}
    client.socket.close()


def test_cached_nodes_are_named_and_their_output_is_told_again(studio: Studio) -> None:
    client = Client(studio)
    client.until_end(client.queue(picture_graph(colour=4242)))
    prompt_id = client.queue(picture_graph(colour=4242))
    texts, _ = client.until_end(prompt_id)
    cached = next(item["data"] for item in texts if item["type"] == "execution_cached")
    assert "1" in cached["nodes"]
    executed = [item["data"] for item in texts if item["type"] == "executed"]
    assert executed and executed[0]["node"] == "2" and executed[0]["output"]["images"]
    client.socket.close()


def test_an_error_is_told_with_its_node(studio: Studio) -> None:
    client = Client(studio)
    graph = picture_graph() | {
        "2": {"class_type": "Broken", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }
    prompt_id = client.queue(graph)
    texts, _ = client.until_end(prompt_id)
    error = next(item["data"] for item in texts if item["type"] == "execution_error")
    assert (error["node_id"], error["node_type"], error["prompt_id"]) == ("2", "Broken", prompt_id)
    assert "the paint has dried" in error["exception_message"] and isinstance(error["traceback"], list)
    status = studio.get(f"/history/{prompt_id}").json[prompt_id]["status"]
    assert status["status_str"] == "error" and status["messages"][-1][0] == "execution_error"
    client.socket.close()


def test_interrupt_stops_the_running_job_and_says_so(studio: Studio) -> None:
    client = Client(studio)
    prompt_id = client.queue(slow_graph())
    studio.wait(prompt_id, {"running"})
    assert studio.post("/interrupt", {"prompt_id": "another"}).status == 200
    assert studio.get(f"/api/v1/jobs/{prompt_id}").json["state"] == "running"
    answer = studio.post("/interrupt")
    assert answer.status == 200 and answer.body == b""
    texts, _ = client.until_end(prompt_id)
    assert "execution_interrupted" in [item["type"] for item in texts]
    client.socket.close()


def test_the_queue_is_listed_cleared_and_deleted_from(studio: Studio) -> None:
    running = post(studio, slow_graph()).json["prompt_id"]
    studio.wait(running, {"running"})
    waiting = [post(studio, picture_graph(colour=index), extra_data={"note": 1}).json for index in range(3)]
    queue = studio.get("/queue").json
    assert [item[1] for item in queue["queue_running"]] == [running]
    assert [item[1] for item in queue["queue_pending"]] == [item["prompt_id"] for item in waiting]
    assert queue["queue_pending"][0][2:] == [picture_graph(colour=0), {"note": 1}, ["2"]]
    assert studio.get("/prompt").json == {"exec_info": {"queue_remaining": 4}}
    assert studio.post("/queue", {"delete": [waiting[0]["prompt_id"]]}).status == 200
    assert len(studio.get("/queue").json["queue_pending"]) == 2
    assert studio.post("/api/queue", {"clear": True}).body == b""
    assert studio.get("/queue").json["queue_pending"] == []
    studio.post("/interrupt")
    studio.wait(running)


def test_numbers_front_and_ids_are_the_clients_to_choose(studio: Studio) -> None:
    running = post(studio, slow_graph()).json["prompt_id"]
    studio.wait(running, {"running"})
    own = f"my-{uuid.uuid4()}"
    last = post(studio, picture_graph(colour=1), prompt_id=own).json
    front = post(studio, picture_graph(colour=2), front=True).json
    middle = post(studio, picture_graph(colour=3), number=0.5).json
    assert last["prompt_id"] == own and front["number"] < 0 and middle["number"] == 0.5
    order = [item[1] for item in studio.get("/queue").json["queue_pending"]]
    assert order == [front["prompt_id"], middle["prompt_id"], own]
    assert post(studio, picture_graph(), prompt_id=own).json["number"] == last["number"]
    studio.post("/queue", {"clear": True})
    studio.post("/interrupt")
    studio.wait(running)


def test_an_output_with_errors_is_left_out_while_the_rest_runs(studio: Studio) -> None:
    graph = picture_graph(colour=5) | {"9": {"class_type": "PreviewImage", "inputs": {}}}
    answer = post(studio, graph)
    assert answer.status == 200
    error = answer.json["node_errors"]["9"]
    assert error["class_type"] == "PreviewImage" and error["dependent_outputs"] == ["9"]
    assert error["errors"][0]["type"] == "required_input_missing"
    assert error["errors"][0]["extra_info"]["input_name"] == "images"
    assert set(studio.wait(answer.json["prompt_id"])["outputs"]) == {"2"}


def test_refused_prompts_have_comfyuis_error_objects(studio: Studio) -> None:
    bad_value = picture_graph()
    bad_value["1"]["inputs"] |= {"width": 99999, "height": "tall"}
    for body, kind, nodes in (
        ({}, "no_prompt", set()),
        ({"prompt": {}}, "prompt_no_outputs", set()),
        ({"prompt": {"1": picture_graph()["1"]}}, "prompt_no_outputs", set()),
        ({"prompt": {"1": {"class_type": "Nowhere", "inputs": {}}}}, "invalid_prompt", set()),
        ({"prompt": picture_graph(images=["7", 0])}, "prompt_outputs_failed_validation", {"2"}),
        ({"prompt": picture_graph(images=["2", 0])}, "prompt_outputs_failed_validation", {"2"}),
        ({"prompt": bad_value}, "prompt_outputs_failed_validation", {"1"}),
    ):
        answer = studio.post("/prompt", body)
        assert answer.status == 400, (body, answer.body)
        error = answer.json["error"]
        assert (error["type"], set(answer.json["node_errors"])) == (kind, nodes), answer.json
        assert set(error) == {"type", "message", "details", "extra_info"}
    errors = studio.post("/prompt", {"prompt": bad_value}).json["node_errors"]["1"]
    assert [item["type"] for item in errors["errors"]] == ["value_bigger_than_max", "invalid_input_type"]
    assert errors["errors"][0]["extra_info"]["received_value"] == 99999
    assert errors["errors"][0]["extra_info"]["input_config"][1]["max"] == 4096
    assert errors["dependent_outputs"] == ["2"]


def test_partial_execution_targets_restrict_the_roots(studio: Studio) -> None:
    graph = picture_graph(colour=6) | {"9": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
    prompt_id = post(studio, graph, partial_execution_targets=["9"]).json["prompt_id"]
    assert set(studio.wait(prompt_id)["outputs"]) == {"9"}


def test_object_info_has_comfyuis_shape(studio: Studio) -> None:
    info = studio.get("/object_info").json
    sampler = info["Sampler"]
    assert sampler["input"]["required"]["image"] == ["IMAGE"]
    kind, options = sampler["input"]["required"]["seed"]
    assert kind == "INT" and options["max"] == 2**64 - 1 and options["control_after_generate"] is True
    assert sampler["input"]["required"]["method"][0] == ["euler", "heun"]
    assert sampler["input"]["required"]["note"][1]["multiline"] is True
    assert sampler["input_order"]["required"][:2] == ["image", "seed"]
    assert sampler["output"] == sampler["output_name"] == ["IMAGE"] and sampler["output_is_list"] == [False]
    assert info["SaveImage"]["output_node"] is True and info["LoadImage"]["display_name"] == "Load image"
    assert studio.get("/api/object_info/Sampler").json == {"Sampler": sampler}
    assert studio.get("/object_info/Nowhere").json == {}


def test_history_is_oldest_first_limited_and_deletable(studio: Studio) -> None:
    made = [studio.run(picture_graph(colour=index))["id"] for index in range(3)]
    assert list(studio.get("/history?max_items=2").json) == made[1:]
    assert studio.post("/history", {"delete": [made[0]]}).status == 200
    assert studio.get(f"/history/{made[0]}").json == {}
    assert studio.get("/history/unknown").json == {}
    assert studio.get("/history?max_items=x").status == 400


def test_secrets_in_extra_data_are_not_kept(studio: Studio) -> None:
    extra = {"api_key_comfy_org": "CANARY1", "auth_token_comfy_org": "CANARY2", "extra_pnginfo": {"workflow": {"a": 1}}}
    prompt_id = post(studio, picture_graph(colour=8), extra_data=extra).json["prompt_id"]
    studio.wait(prompt_id)
    history = studio.get(f"/history/{prompt_id}")
    assert history.json[prompt_id]["prompt"][3] == {"extra_pnginfo": {"workflow": {"a": 1}}}
    stored = b"".join(path.read_bytes() for path in studio.data.glob("noiseloom.db*"))
    assert b"CANARY" not in history.body and b"CANARY" not in stored


def test_system_models_and_small_routes(studio: Studio) -> None:
    stats = studio.get("/system_stats").json
    assert {"os", "ram_total", "ram_free", "comfyui_version", "python_version", "pytorch_version", "argv"} <= set(
        stats["system"]
    )
    assert {"name", "type", "index", "vram_total", "vram_free"} <= set(stats["devices"][0])
    (studio.models / "embeddings" / "soft.safetensors").write_bytes(b"")
    assert "checkpoints" in studio.get("/models").json and studio.get("/models/checkpoints").status == 200
    assert studio.get("/models/embeddings").json == ["soft.safetensors"]
    assert studio.get("/embeddings").json == ["soft"]
    assert studio.get("/models/nowhere").status == studio.get("/models/cards").status == 404
    # A kind without a folder has no files; older names lead to today's.
    for kind in ("upscale_models", "unet", "clip", "hypernetworks"):
        assert studio.get(f"/models/{kind}").status == 200, kind
    assert studio.get("/extensions").json == []
    assert studio.get("/features").json["supports_preview_metadata"] is True
    assert studio.post("/free", {"unload_models": True, "free_memory": True}).status == 200


def test_models_are_listed_with_their_folders_and_what_they_say_of_themselves(studio: Studio) -> None:
    header = json.dumps({"__metadata__": {"ss_tag": "a cat"}}).encode()
    file = studio.models / "checkpoints" / "sub" / "said.safetensors"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    (studio.models / "checkpoints" / "torn.safetensors").write_bytes(b"\xff" * 9)
    try:
        folders = {item["name"]: item["folders"] for item in studio.get("/experiment/models").json}
        assert str(studio.models / "checkpoints") in folders["checkpoints"]
        listed = {item["name"]: item for item in studio.get("/experiment/models/checkpoints").json}
        said = listed["sub/said.safetensors"]
        assert said["size"] == file.stat().st_size and said["modified"] == file.stat().st_mtime
        assert folders["checkpoints"][said["pathIndex"]] == str(studio.models / "checkpoints")
        assert studio.get("/experiment/models/nowhere").status == 404
        path = "/view_metadata/checkpoints?filename="
        assert studio.get(f"{path}sub/said.safetensors").json == {"ss_tag": "a cat"}
        for other in ("torn.safetensors", "none.safetensors", "../../main.py", "..%2F..%2Fnoiseloom.db", ""):
            assert studio.get(path + other).status == 404, other
        assert studio.get("/internal/folder_paths").json["checkpoints"] == folders["checkpoints"]
    finally:
        file.unlink()
        (studio.models / "checkpoints" / "torn.safetensors").unlink()


def test_what_no_pack_brings_is_empty_and_users_are_not_made(studio: Studio) -> None:
    assert studio.get("/workflow_templates").json == {} and studio.get("/i18n").json == {}
    made = studio.post("/users", {"username": "bob"})
    assert made.status == 400 and "one user" in made.json["error"]


def test_a_script_whose_fetch_states_its_mode_may_post_plain_text(studio: Studio) -> None:
    # Node's fetch: a string body goes as text/plain, with a Sec-Fetch-Mode and no Origin.
    said = {"Content_Type": "text/plain;charset=UTF-8", "Sec_Fetch_Mode": "cors"}
    assert studio.post("/userdata/notes.txt", b"as it is", **said).status == 200
    assert studio.post("/userdata/notes.txt", b"x", **said, Sec_Fetch_Site="same-origin").status == 415
    assert studio.get("/userdata/notes.txt").body == b"as it is"
    assert studio.ask("DELETE", "/userdata/notes.txt").status == 204


def test_every_route_is_also_under_api(studio: Studio) -> None:
    for path in (
        "/prompt",
        "/queue",
        "/history",
        "/object_info",
        "/system_stats",
        "/features",
        "/embeddings",
        "/models",
    ):
        assert studio.get(path).status == studio.get(f"/api{path}").status == 200, path
