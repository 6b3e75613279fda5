"""Packs of custom nodes by ComfyUI's contract, over the wire: one server, whose worker loads the packs beside this."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.contract.comfyui.driving import graph, of_kind, refused, run, shown, unique, watched
from tests.contract.conftest import Studio, start_studio

PACKS = Path(__file__).parent / "packs"


# Loading


def test_each_pack_is_listed_with_what_became_of_it_and_a_broken_one_stops_no_other(packs_studio: Studio) -> None:
    answer = packs_studio.get("/api/v1/plugins").json
    assert answer["ready"] is True
    found = {item["name"]: item for item in answer["plugins"]}
    assert found["everything"]["state"] == "loaded" and "EveryInput" in found["everything"]["nodes"]
    assert found["everything"]["notes"] == ["EmptyImage is a built-in node and stays as it is."]
    assert found["broken"]["state"] == "failed"
    assert "a_package_that_nobody_has" in found["broken"]["cause"]
    assert "Traceback" in found["broken"]["details"]
    assert found["no_nodes"]["state"] == "failed"
    assert found["switched_off"]["state"] == "disabled"
    assert found["single_file"]["nodes"] == ["SingleFile"]
    assert "NoFunction" in found["single_file"]["notes"][0]
    assert found["newer"]["nodes"] == ["Newer", "NewerShow", "NewerExpand"]


def test_the_start_tells_of_a_pack_that_failed(packs_studio: Studio) -> None:
    assert "The plug-in broken cannot be used." in packs_studio.output.read_text()


def test_a_pack_of_one_file_and_one_with_a_prestartup_script_run(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("SingleFile", {})) == "from one file"
    assert shown(packs_studio, ("Prestartup", {"thing": ["2", 0]}), n2=("SingleFile", {})) == "ran"


def test_a_built_in_node_cannot_be_overridden(packs_studio: Studio) -> None:
    assert packs_studio.get("/object_info/EmptyImage").json["EmptyImage"]["python_module"] == "nodes"


def test_the_example_that_comes_along_runs(packs_studio: Studio) -> None:
    sides = {"yes": ["2", 0], "no": ["3", 0]}
    wired = {"n2": ("SingleFile", {}), "n3": ("Fails", {"thing": ["2", 0], "word": unique()})}
    assert shown(packs_studio, ("ExamplePick", {"first": True, **sides}), **wired) == "from one file"


def test_a_batch_whose_first_point_a_node_refuses_is_refused(packs_studio: Studio) -> None:
    prompt = graph(n1=("OwnCheck", {"number": 1, "way": "far"}), n2=("Show", {"thing": ["1", 0]}))
    axis = {"inputs": [{"node": "1", "input": "number", "values": [500, 2]}]}
    answer = packs_studio.post("/api/v1/batches", {"graph": prompt, "axes": [axis]})
    assert answer.status == 422 and "beyond all measure" in answer.json["detail"], answer.body


# What is stated


def test_object_info_is_as_the_class_states_it(packs_studio: Studio) -> None:
    info = packs_studio.get("/object_info/EveryInput").json["EveryInput"]
    required = info["input"]["required"]
    assert required["count"] == ["INT", {"default": 3, "min": 1, "max": 9, "step": 2, "tooltip": "How many"}]
    assert required["way"] == [["near", "far"], {"default": "far"}]
    assert required["side"] == [[512, 1024], {"default": 512}]
    assert required["newer"] == ["COMBO", {"options": ["one", "two"]}]
    assert info["input"]["optional"]["seed"][1]["max"] == 0xFFFFFFFFFFFFFFFF
    assert info["input"]["hidden"]["unique_id"] == "UNIQUE_ID"
    assert info["input_order"]["optional"] == ["seed", "wired", "image", "colour"]
    assert info["output"] == ["STRING", "INT", ["near", "far"]]
    assert info["output_name"] == ["text", "number", "way"]
    assert info["output_tooltips"] == ["All of it", "The count", "The way"]
    assert info["output_is_list"] == [False, False, False]
    assert info["display_name"] == "Every kind of input" and info["name"] == "EveryInput"
    assert info["category"] == "everything/inputs" and info["python_module"] == "custom_nodes.everything"
    assert info["experimental"] is True and info["output_node"] is False
    names = packs_studio.get("/object_info/NamesAsText").json["NamesAsText"]
    assert names["output"] == ["*"] and names["output_name"] == "thing"


def test_lists_of_choices_are_as_the_files_are_now(packs_studio: Studio) -> None:
    folder = Path(os.environ["EVERYTHING_FOLDER"])
    assert packs_studio.get("/object_info/FileList").json["FileList"]["input"]["required"]["name"] == [["first.txt"]]
    (folder / "second.txt").write_text("two")
    choices = packs_studio.get("/object_info").json["FileList"]["input"]["required"]["name"]
    assert choices == [["first.txt", "second.txt"]]
    (folder / "third.txt").write_text("three")
    assert shown(packs_studio, ("FileList", {"name": "third.txt"})) == "three"


def test_the_page_reads_plug_in_nodes_too(packs_studio: Studio) -> None:
    nodes = {item["id"]: item for item in packs_studio.get("/api/v1/node-types").json["nodes"]}
    inputs = {item["name"]: item for item in nodes["EveryInput"]["inputs"]}
    assert inputs["count"]["widget"] == {
        "kind": "integer",
        "default": 3,
        "minimum": 1,
        "maximum": 9,
        "step": 2,
        "seed": False,
    }
    assert inputs["share"]["widget"]["slider"] is True
    assert inputs["side"]["widget"]["choices"] == ["512", "1024"]
    assert inputs["seed"]["widget"]["seed"] is True
    assert inputs["wired"]["widget"] is None and inputs["image"]["widget"] is None
    assert nodes["EveryInput"]["title"] == "Every kind of input"


# Inputs and hidden inputs

EVERY = {"count": 3, "share": 0.25, "words": "a", "sure": True, "way": "far", "side": 1024, "newer": "two"}


def test_values_and_hidden_inputs_arrive_as_stated(packs_studio: Studio) -> None:
    text = shown(packs_studio, ("EveryInput", {**EVERY, "colour": "#fff", "unknown": 1}))
    assert text == "[3, 0.25, 'a', True, 'far', 'int', 1024, 'two', '1', ['1', '99'], None, [], {'colour': '#fff'}]"


def test_texts_are_cast_to_numbers(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("EveryInput", {**EVERY, "count": "5", "share": "1"})).startswith("[5, 1.0,")


def test_any_number_of_optional_inputs_arrives(packs_studio: Studio) -> None:
    text = shown(packs_studio, ("ManyInputs", {"a": 1, "b": ["2", 0], "c": "x"}), n2=("SingleFile", {}))
    assert text == "[('a', 1), ('b', 'from one file'), ('c', 'x')]"


def test_wires_by_further_names_arrive_where_any_keyword_is_taken_and_values_do_not(packs_studio: Studio) -> None:
    text = shown(packs_studio, ("MoreWires", {"input1": 1, "input2": ["2", 0], "input3": 3}), n2=("SingleFile", {}))
    assert text == "[('input1', 1), ('input2', 'from one file')]"


def test_a_type_that_differs_from_nothing_takes_anything(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("NamesAsText", {"thing": ["2", 1]}), n2=("Numbers", {"count": 2})) == "whole"


def test_a_raw_link_arrives_as_a_link_and_the_dynamic_prompt_tells_of_the_graph(packs_studio: Studio) -> None:
    text = shown(packs_studio, ("RawLink", {"thing": ["2", 0]}), n2=("SingleFile", {}))
    assert text == "['2', 0] SingleFile 1 ['1', '2', '99']"


# Validation


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"count": 10}, "value_bigger_than_max"),
        ({"count": 0}, "value_smaller_than_min"),
        ({"count": "many"}, "invalid_input_type"),
        ({"way": "there"}, "value_not_in_list"),
        ({"words": ["7", 0]}, "bad_linked_input"),
        ({"words": ["2", 0]}, "return_type_mismatch"),
        ({"words": [1, 2, 3]}, "bad_linked_input"),
        ({"count": None}, "required_input_missing"),
    ],
)
def test_values_out_of_bounds_are_refused_in_comfyuis_words(packs_studio: Studio, change: Any, kind: str) -> None:
    (error,) = refused(packs_studio, ("EveryInput", {**EVERY, **change}), n2=("Numbers", {"count": 1}))
    assert error["type"] == kind and error["extra_info"]["input_name"] in change


def test_a_nodes_own_check_replaces_bounds_for_the_inputs_it_names(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("OwnCheck", {"number": 50, "way": "far"})) == "50"
    (error,) = refused(packs_studio, ("OwnCheck", {"number": 500, "way": "far"}))
    assert error == {
        "type": "custom_validation_failed",
        "message": "Custom validation failed for node",
        "details": "number - 500 is beyond all measure",
        "extra_info": {"input_name": "number"},
    }
    (error,) = refused(packs_studio, ("OwnCheck", {"number": 12, "way": "far"}))
    assert error["type"] == "custom_validation_failed" and error["details"] == "number"
    (error,) = refused(packs_studio, ("OwnCheck", {"number": 50, "way": "nowhere"}))
    assert error["type"] == "value_not_in_list"


def test_a_check_that_raises_is_told_as_such(packs_studio: Studio) -> None:
    (error,) = refused(packs_studio, ("OwnCheck", {"number": 13, "way": "far"}))
    assert error["type"] == "exception_during_validation" and error["details"] == "thirteen"
    assert error["extra_info"]["exception_type"] == "RuntimeError"


def test_a_check_of_input_types_replaces_that_of_wires(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("OwnTypes", {"thing": ["2", 0]}), n2=("SingleFile", {})) == "took from one file"
    (error, *_) = refused(packs_studio, ("OwnTypes", {"thing": ["2", 0]}), n2=("Core", {"width": 8}))
    assert error["type"] == "custom_validation_failed" and "got IMAGE" in error["details"]


def test_other_outputs_run_while_refused_ones_are_told_with_status_200(packs_studio: Studio) -> None:
    prompt = graph(
        n1=("OwnCheck", {"number": 500, "way": "far"}),
        n2=("Show", {"thing": ["1", 0]}),
        n3=("SingleFile", {}),
        n4=("Show", {"thing": ["3", 0]}),
    )
    answer = packs_studio.post("/prompt", {"prompt": prompt})
    assert answer.status == 200 and list(answer.json["node_errors"]) == ["1"]
    job = packs_studio.wait(answer.json["prompt_id"])
    assert job["state"] == "succeeded" and list(job["outputs"]) == ["4"]


# Execution


def test_lists_are_mapped_taken_whole_and_repeated(packs_studio: Studio) -> None:
    prompt = graph(
        n1=("Numbers", {"count": 3}),
        n2=("NamesAsText", {"thing": ["1", 0]}),
        n3=("Show", {"thing": ["2", 0]}),
        n4=("AddAll", {"numbers": ["1", 0], "factor": 2}),
        n5=("Show", {"thing": ["4", 0]}),
    )
    outputs = run(packs_studio, prompt)["outputs"]
    assert outputs["3"]["text"] == ["0", "1", "2"] and outputs["5"]["text"] == ["6"]


def test_state_on_self_lasts_from_job_to_job_and_nan_runs_always(packs_studio: Studio) -> None:
    flow = {"extra_data": {"extra_pnginfo": {"workflow": {"id": unique()}}}}
    prompt = graph(n1=("Counter", {"start": 10}), n2=("Show", {"thing": ["1", 0]}))
    assert [run(packs_studio, prompt, **flow)["outputs"]["2"]["text"] for _ in range(3)] == [["11"], ["12"], ["13"]]


def test_is_changed_is_compared_by_equality(packs_studio: Studio) -> None:
    state = unique()
    prompt = graph(n0=("SingleFile", {}), n1=("Changed", {"state": state, "thing": ["0", 0]}))
    prompt |= graph(n2=("Show", {"thing": ["1", 0]}))
    first, second = (run(packs_studio, prompt)["outputs"]["2"]["text"] for _ in range(2))
    assert first == second


def test_is_changed_that_raises_runs_the_node_and_says_so(packs_studio: Studio) -> None:
    prompt = graph(n0=("SingleFile", {}), n1=("Changed", {"state": "raise", "thing": ["0", 0]}))
    prompt |= graph(n2=("Show", {"thing": ["1", 0]}))
    first, second = (run(packs_studio, prompt) for _ in range(2))
    assert first["outputs"]["2"]["text"] != second["outputs"]["2"]["text"]
    events = packs_studio.get(f"/api/v1/jobs/{second['prompt'][1]}/events").json["events"]
    (told,) = [item["event"]["problem"] for item in events if item["event"]["type"] == "node.notice"]
    assert told["code"] == "node.fingerprint_failed" and "the outside is gone" in told["message"]


def test_lazy_inputs_run_only_when_asked_for(packs_studio: Studio) -> None:
    prompt = graph(
        n1=("Lazy", {"first": True, "yes": ["2", 0], "no": ["3", 0]}),
        n2=("SingleFile", {}),
        n3=("Fails", {"thing": ["2", 0], "word": unique()}),
        n4=("Show", {"thing": ["1", 0]}),
    )
    assert run(packs_studio, prompt)["outputs"]["4"]["text"] == ["('from one file', None)"]


def test_a_silent_blocker_skips_what_hangs_on_it(packs_studio: Studio) -> None:
    prompt = graph(
        n0=("SingleFile", {}),
        n1=("Block", {"thing": ["0", 0], "message": ""}),
        n2=("Show", {"thing": ["1", 0]}),
        n3=("Show", {"thing": ["1", 1]}),
    )
    entry = run(packs_studio, prompt)
    assert entry["status"]["status_str"] == "success" and list(entry["outputs"]) == ["3"]


def test_a_blocker_with_a_message_says_it(packs_studio: Studio) -> None:
    prompt = graph(
        n0=("SingleFile", {}),
        n1=("Block", {"thing": ["0", 0], "message": "not today"}),
        n2=("Show", {"thing": ["1", 0]}),
        n3=("Show", {"thing": ["1", 1]}),
    )
    texts, _ = watched(packs_studio, prompt)
    (error,) = of_kind(texts, "execution_error")
    assert error["exception_type"] == "ExecutionBlocked" and "not today" in error["exception_message"]
    assert error["node_id"] == "2" and error["node_type"] == "Show"
    assert [item["node"] for item in of_kind(texts, "executed")] == ["3"]


def test_a_node_expands_and_its_inner_outputs_are_told_under_their_own_ids(packs_studio: Studio) -> None:
    prompt = graph(n1=("Expand", {"count": 4, "show": True}), n2=("Show", {"thing": ["1", 0]}))
    texts, _ = watched(packs_studio, prompt)
    executed = {item["node"]: item for item in of_kind(texts, "executed")}
    assert executed["2"]["output"] == {"text": ["60"]}
    inner = [node for node in executed if node.startswith("1.0.0.")]
    assert sorted(executed[node]["output"]["text"][0] for node in inner) == ["60", "whole"]
    assert sorted(executed[node]["display_node"] for node in inner) == ["1", "elsewhere"]
    states = of_kind(texts, "progress_state")[-1]["nodes"]
    assert states[inner[0]]["parent_node_id"] == "1" and states[inner[0]]["real_node_id"] == "1"
    assert states[inner[0]]["state"] == "finished"
    job_id = of_kind(texts, "execution_start")[0]["prompt_id"]
    entry = packs_studio.get(f"/history/{job_id}").json[job_id]
    assert {node: entry["outputs"][node]["text"] for node in entry["outputs"]} == {
        "2": ["60"],
        **{node: executed[node]["output"]["text"] for node in inner},
    }
    assert entry["meta"][inner[0]] == {
        "node_id": inner[0],
        "display_node": executed[inner[0]]["display_node"],
        "parent_node": "1",
        "real_node_id": "1",
    }
    assert entry["meta"]["2"] == {"node_id": "2", "display_node": "2", "parent_node": None, "real_node_id": "2"}


def test_async_nodes_overlap(packs_studio: Studio) -> None:
    nodes = {f"n{index}": ("Awaits", {"word": f"{unique()}"}) for index in range(1, 4)}
    shows = {f"n{index + 10}": ("Show", {"thing": [str(index), 0]}) for index in range(1, 4)}
    outputs = run(packs_studio, graph(**nodes, **shows))["outputs"]
    assert {outputs[name]["text"][0].split()[1] for name in ("11", "12", "13")} == {"3"}


def test_equal_nodes_share_a_result_unless_they_are_not_idempotent(packs_studio: Studio) -> None:
    word = unique()
    prompt = graph(
        n1=("NotIdempotent", {"word": word}),
        n2=("NotIdempotent", {"word": word}),
        n3=("Show", {"thing": ["1", 0]}),
        n4=("Show", {"thing": ["2", 0]}),
    )
    outputs = run(packs_studio, prompt)["outputs"]
    assert outputs["3"]["text"] != outputs["4"]["text"]
    assert run(packs_studio, prompt)["outputs"] == outputs


def test_cached_outputs_are_told_again(packs_studio: Studio) -> None:
    prompt = graph(n1=("Numbers", {"count": 7}), n2=("Show", {"thing": ["1", 1]}))
    run(packs_studio, prompt)
    texts, _ = watched(packs_studio, prompt)
    assert of_kind(texts, "execution_cached")[0]["nodes"] == ["1", "2"]
    assert of_kind(texts, "executed")[0]["output"] == {"text": ["whole"]}
    assert [item["node"] for item in of_kind(texts, "executing")] == [None]


def test_a_failure_tells_what_the_node_had_been_given(packs_studio: Studio) -> None:
    word = unique()
    prompt = graph(
        n1=("SingleFile", {}), n2=("Fails", {"thing": ["1", 0], "word": word}), n3=("Show", {"thing": ["2", 0]})
    )
    texts, _ = watched(packs_studio, prompt)
    (error,) = of_kind(texts, "execution_error")
    assert error["node_id"] == "2" and error["node_type"] == "Fails" and error["exception_type"] == "ValueError"
    assert error["exception_message"] == f"no, not {word}"
    assert error["current_inputs"] == {"thing": ["from one file"], "word": [word]}
    assert any("flow.py" in line for line in error["traceback"])
    entry = packs_studio.get(f"/history/{error['prompt_id']}").json[error["prompt_id"]]
    assert entry["status"]["status_str"] == "error"
    assert entry["status"]["messages"][-1][1]["current_inputs"] == error["current_inputs"]


def test_an_output_node_may_return_nothing(packs_studio: Studio) -> None:
    prompt = graph(n0=("SingleFile", {}), n1=("Nothing", {"thing": ["0", 0]}), n2=("Show", {"thing": ["1", 0]}))
    assert run(packs_studio, prompt)["outputs"]["2"]["text"] == ["None"]


# Services


def test_progress_and_previews_come_as_messages_and_frames(packs_studio: Studio) -> None:
    prompt = graph(n1=("Progress", {"steps": 4, "seconds": 0.06}), n2=("Show", {"thing": ["1", 0]}))
    texts, frames = watched(packs_studio, prompt)
    told = of_kind(texts, "progress")
    assert told[-1] == {"value": 4, "max": 4, "prompt_id": told[-1]["prompt_id"], "node": "1"}
    assert of_kind(texts, "executed")[0]["output"]["text"] == ["1 0"]
    assert frames and frames[-1][:4] == b"\0\0\0\4"
    size = int.from_bytes(frames[-1][4:8], "big")
    assert json.loads(frames[-1][8 : 8 + size])["node_id"] == "1"
    assert frames[-1][8 + size :].startswith(b"\xff\xd8\xff")


def test_progress_stops_a_node_whose_job_is_interrupted(packs_studio: Studio) -> None:
    prompt = graph(n1=("Progress", {"steps": 1000, "seconds": 0.02}), n2=("Show", {"thing": ["1", 0]}))
    job_id = packs_studio.post("/prompt", {"prompt": prompt}).json["prompt_id"]
    packs_studio.wait(job_id, {"running"})
    packs_studio.post("/interrupt", {})
    assert packs_studio.wait(job_id, seconds=4)["state"] == "cancelled"


def test_messages_of_packs_reach_the_jobs_client_and_everyone(packs_studio: Studio) -> None:
    bystander = websocket.create_connection(f"ws://127.0.0.1:{packs_studio.port}/ws?clientId=bystander", timeout=20)
    word = unique()
    texts, _ = watched(packs_studio, graph(n1=("Tell", {"word": word}), n2=("Show", {"thing": ["1", 0]})))
    assert of_kind(texts, "everything.mine") == [{"word": word, "node": "1"}]
    assert of_kind(texts, "everything.all") == [{"word": word}]
    heard: list[str] = []
    while "everything.all" not in heard:
        heard.append(json.loads(bystander.recv())["type"])
    assert "everything.mine" not in heard
    bystander.close()


def test_model_folders_of_the_yaml_file_are_listed_and_read(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("Folders", {"name": "far.safetensors"})) == "far.safetensors 5"
    assert "far.safetensors" in packs_studio.get("/models/checkpoints").json


def test_a_pack_calls_a_built_in_node_by_its_class(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("Core", {"width": 8}), slot=1) == "(8, 4) (255, 255, 0) True"


# Where packs run


def test_packs_run_in_the_worker_and_never_in_the_server(packs_studio: Studio) -> None:
    worker = packs_studio.get("/api/v1/system").json["worker"]["pid"]
    assert worker != packs_studio.process.pid
    for name in ("Where", "WhereAtImport"):
        assert shown(packs_studio, (name, {"word": unique()})).split()[0] == str(worker)
    folder = Path(os.environ["EVERYTHING_FOLDER"]).parent
    assert {path.name for path in folder.glob("imported-by-*")} == {f"imported-by-{worker}"}


def test_the_worker_is_not_told_what_looks_like_a_secret(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("Where", {"word": unique()})).endswith(" None")


def test_no_plug_ins_or_only_named_ones_are_loaded_on_request(tmp_path: Path) -> None:
    options = (
        "--custom-nodes-dir",
        str(PACKS),
        "--disable-all-custom-nodes",
        "--whitelist-custom-nodes",
        "single_file",
    )
    studio = start_studio(tmp_path, *options)
    try:
        found = {item["name"]: item["state"] for item in studio.get("/api/v1/plugins").json["plugins"]}
        assert found.pop("single_file") == "loaded"
        assert set(found.values()) == {"left_out", "disabled"}
        assert studio.get("/object_info/EveryInput").json == {}
    finally:
        studio.stop()


def test_a_class_that_extends_the_one_that_saves_chooses_where(packs_studio: Studio) -> None:
    picture = ("EmptyImage", {"width": 8, "height": 8, "batch_size": 2, "color": 255})
    shown_pictures = run(packs_studio, graph(n1=picture, n2=("Glance", {"picture": ["1", 0]})))["outputs"]["2"][
        "images"
    ]
    assert [item["type"] for item in shown_pictures] == ["temp", "temp"]
    assert packs_studio.get(f"/view?filename={shown_pictures[0]['filename']}&type=temp").body.startswith(b"\x89PNG")
