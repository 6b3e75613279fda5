"""Nodes by the third form of ComfyUI's contract, over the wire."""

from tests.contract.comfyui.driving import graph, of_kind, refused, run, shown, unique, watched
from tests.contract.conftest import Studio


def test_a_node_of_contract_v3_is_stated_in_the_form_of_v1(packs_studio: Studio) -> None:
    info = packs_studio.get("/object_info/Newer").json["Newer"]
    required, optional = info["input"]["required"], info["input"]["optional"]
    assert required["count"] == ["INT", {"default": 2, "min": 0, "max": 5, "display": "slider"}]
    assert required["way"] == ["COMBO", {"options": ["near", "far"]}]
    assert optional["any_of"][0] == "INT,STRING" and optional["thing"] == ["*", {"lazy": True}]
    assert info["output"] == ["STRING", "INT"] and info["output_name"] == ["text", "INT"]
    assert info["output_is_list"] == [False, True] and info["display_name"] == "A newer node"


def test_a_node_of_contract_v3_runs(packs_studio: Studio) -> None:
    prompt = graph(
        n1=("Newer", {"count": 2, "way": "far", "any_of": ["2", 0], "thing": ["3", 0]}),
        n2=("SingleFile", {}),
        n3=("Fails", {"thing": ["2", 0], "word": unique()}),
        n4=("NewerShow", {"text": ["1", 0]}),
        n5=("NewerShow", {"text": ["1", 1]}),
    )
    outputs = run(packs_studio, prompt)["outputs"]
    seen = "[2, 'far', None, 'from one file', None, '1', ['1', '2', '3', '4', '5']]"
    assert outputs["4"]["text"] == [f"{seen} False True"]
    assert outputs["5"]["text"] == ["0 False True", "1 False True"]


def test_a_node_of_contract_v3_checks_its_inputs(packs_studio: Studio) -> None:
    (error,) = refused(packs_studio, ("Newer", {"count": 4, "way": "far"}))
    assert error["details"] == "count - four brings no luck"


def test_a_node_of_contract_v3_expands_and_blocks(packs_studio: Studio) -> None:
    assert shown(packs_studio, ("NewerExpand", {"block": False})) == "30"
    texts, _ = watched(packs_studio, graph(n1=("NewerExpand", {"block": True}), n2=("Show", {"thing": ["1", 0]})))
    assert "blocked by the newer node" in of_kind(texts, "execution_error")[0]["exception_message"]
