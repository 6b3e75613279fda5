"""Canvas files written by hand in the forms that are about, for tests that open them."""

from typing import Any

Json = dict[str, Any]


def slot(name: str, kind: str, link: int | None = None, widget: bool = False) -> Json:
    made: Json = {"name": name, "type": kind, "link": link}
    return {**made, "widget": {"name": name}} if widget else made


def out(name: str, *links: int) -> Json:
    return {"name": name, "type": name, "links": list(links), "slot_index": 0}


def node(number: Any, kind: str, inputs: list[Json], outputs: list[Json], values: Any, **more: Any) -> Json:
    return {
        "id": number,
        "type": kind,
        "pos": [100 * int(number) if str(number).isdigit() else 0, 50],
        "size": {"0": 210, "1": 80},
        "flags": {},
        "order": 0,
        "mode": 0,
        "inputs": inputs,
        "outputs": outputs,
        "properties": {"Node name for S&R": kind},
        "widgets_values": values,
        **more,
    }


def text_to_image(**changes: Json) -> Json:
    """The graph that everybody starts from, in form 0.4. ``changes`` replaces fields of nodes: ``n3={"mode": 4}``."""
    nodes = [
        node(
            4,
            "CheckpointLoaderSimple",
            [],
            [out("MODEL", 1), out("CLIP", 3, 5), out("VAE", 8)],
            ["starter-sd.safetensors"],
        ),
        node(6, "CLIPTextEncode", [slot("clip", "CLIP", 3)], [out("CONDITIONING", 4)], ["a red circle"]),
        node(7, "CLIPTextEncode", [slot("clip", "CLIP", 5)], [out("CONDITIONING", 6)], [""], title="Negative"),
        node(5, "EmptyLatentImage", [], [out("LATENT", 2)], [64, 64, 1]),
        node(
            3,
            "KSampler",
            [
                slot("model", "MODEL", 1),
                slot("positive", "CONDITIONING", 4),
                slot("negative", "CONDITIONING", 6),
                slot("latent_image", "LATENT", 2),
            ],
            [out("LATENT", 7)],
            [156680208700286, "randomize", 4, 8, "euler", "normal", 1],
        ),
        node(8, "VAEDecode", [slot("samples", "LATENT", 7), slot("vae", "VAE", 8)], [out("IMAGE", 9)], []),
        node(9, "SaveImage", [slot("images", "IMAGE", 9)], [], ["canvas"]),
    ]
    links = [
        [1, 4, 0, 3, 0, "MODEL"],
        [2, 5, 0, 3, 3, "LATENT"],
        [3, 4, 1, 6, 0, "CLIP"],
        [4, 6, 0, 3, 1, "CONDITIONING"],
        [5, 4, 1, 7, 0, "CLIP"],
        [6, 7, 0, 3, 2, "CONDITIONING"],
        [7, 3, 0, 8, 0, "LATENT"],
        [8, 4, 2, 8, 1, "VAE"],
        [9, 8, 0, 9, 0, "IMAGE"],
    ]
    for stated in nodes:
        stated.update(changes.get(f"n{stated['id']}", {}))
    return {
        "last_node_id": 9,
        "last_link_id": 9,
        "nodes": nodes,
        "links": links,
        "groups": [{"title": "Words", "bounding": [0, 0, 400, 300], "color": "#3f789e"}],
        "config": {},
        "extra": {"ds": {"scale": 0.5, "offset": [10, 20]}},
        "version": 0.4,
    }


def as_version_one(canvas: Json) -> Json:
    """The same canvas in form 1.0: links as objects."""
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links = [dict(zip(names, link, strict=True)) for link in canvas["links"]]
    return {**canvas, "links": links, "version": 1, "state": {"lastNodeId": 9, "lastLinkId": 9}}


def with_subgraph() -> Json:
    """Text to image whose sampling and decoding lie in a sub-graph, that within another, with promoted widgets."""
    flat = text_to_image()
    by_id = {item["id"]: item for item in flat["nodes"]}
    inner_id, outer_id = "1b2c3d4e-0000-4000-8000-000000000001", "1b2c3d4e-0000-4000-8000-000000000002"
    faces = [("model", "MODEL"), ("positive", "CONDITIONING"), ("negative", "CONDITIONING"), ("latent_image", "LATENT")]
    faces += [("vae", "VAE")]
    inputs = [
        {"id": f"in-{name}", "name": name, "type": kind, "linkIds": [index]} for index, (name, kind) in enumerate(faces)
    ]
    outputs = [{"id": "out-image", "name": "IMAGE", "type": "IMAGE", "linkIds": [6]}]

    def link(number: int, origin: Any, origin_slot: int, target: Any, target_slot: int, kind: str) -> Json:
        names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
        return dict(zip(names, (number, origin, origin_slot, target, target_slot, kind), strict=True))

    sampler = {**by_id[3], "inputs": [slot(name, kind, index) for index, (name, kind) in enumerate(faces[:4])]}
    decoder = {**by_id[8], "inputs": [slot("samples", "LATENT", 5), slot("vae", "VAE", 4)]}
    inner = {
        "id": inner_id,
        "version": 1,
        "name": "Paint",
        "inputNode": {"id": -10, "bounding": [0, 0, 1, 1]},
        "outputNode": {"id": -20, "bounding": [0, 0, 1, 1]},
        "inputs": inputs,
        "outputs": outputs,
        "nodes": [sampler, decoder],
        "links": [link(index, -10, index, 3, index, kind) for index, (_, kind) in enumerate(faces[:4])]
        + [link(4, -10, 4, 8, 1, "VAE"), link(5, 3, 0, 8, 0, "LATENT"), link(6, 8, 0, -20, 0, "IMAGE")],
    }
    placed = node(
        30,
        inner_id,
        [slot(name, kind, index) for index, (name, kind) in enumerate(faces)],
        [out("IMAGE", 6)],
        [5],
        properties={"proxyWidgets": [["3", "steps"]]},
    )
    outer = {
        **inner,
        "id": outer_id,
        "name": "Studio",
        "nodes": [placed],
        "links": [link(index, -10, index, 30, index, kind) for index, (_, kind) in enumerate(faces)]
        + [link(6, 30, 0, -20, 0, "IMAGE")],
    }
    top = node(
        40,
        outer_id,
        [slot(name, kind, number) for (name, kind), number in zip(faces, (1, 4, 6, 2, 8), strict=True)],
        [out("IMAGE", 9)],
        [],
    )
    links = [
        [1, 4, 0, 40, 0, "MODEL"],
        [4, 6, 0, 40, 1, "CONDITIONING"],
        [6, 7, 0, 40, 2, "CONDITIONING"],
        [2, 5, 0, 40, 3, "LATENT"],
        [8, 4, 2, 40, 4, "VAE"],
        [3, 4, 1, 6, 0, "CLIP"],
        [5, 4, 1, 7, 0, "CLIP"],
        [9, 40, 0, 9, 0, "IMAGE"],
    ]
    nodes = [by_id[4], by_id[6], by_id[7], by_id[5], top, by_id[9]]
    return {**flat, "nodes": nodes, "links": links, "definitions": {"subgraphs": [outer, inner]}}
