import json
import subprocess
import sys
from pathlib import Path

from nodes.catalogue import CATALOGUE, catalogue_text

ROOT = Path(__file__).resolve().parents[3]
NODES_AND_AN_ENCODER = """
import sys
from nodes.registry import build
from diffusion.networks.clip import ClipText, ClipTextConfig
build()
ClipText(ClipTextConfig(width=64, mlp_width=128, layers=1, heads=4, vocabulary=600, positions=77))
print(sorted({"transformers", "open_clip", "torchvision"} & sys.modules.keys()))
"""


def test_the_shipped_catalogue_is_the_nodes_own() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue_text(), "run `make generated`"


def test_every_node_has_help_and_every_output_node_something_to_show() -> None:
    nodes = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    assert all(node["description"] for node in nodes)
    ends = {node["id"] for node in nodes if node["is_output"]}
    assert {"SaveImage", "PreviewImage", "SaveLatent"} <= ends


def test_neither_the_nodes_nor_a_text_encoder_import_a_library_that_takes_seconds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NODES_AND_AN_ENCODER], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.stdout.strip() == "[]", done.stderr
