import json
import subprocess
import sys
from pathlib import Path

from nodes.catalogue import CATALOGUE, catalogue_text

ROOT = Path(__file__).resolve().parents[3]
WARM_UP_BESIDE_FIRST_USE = """
import threading
from nodes.registry import warm_up
thread = threading.Thread(target=warm_up)
thread.start()
import torch
from diffusion.networks.clip import ClipText, ClipTextConfig
with torch.device("meta"):
    ClipText(ClipTextConfig(width=64, mlp_width=128, layers=1, heads=4, vocabulary=600, positions=77))
thread.join()
"""


def test_the_shipped_catalogue_is_the_nodes_own() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == catalogue_text(), "run `make generated`"


def test_every_node_has_help_and_every_output_node_something_to_show() -> None:
    nodes = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    assert all(node["description"] for node in nodes)
    ends = {node["id"] for node in nodes if node["is_output"]}
    assert {"SaveImage", "PreviewImage", "SaveLatent"} <= ends


def test_a_text_encoder_can_be_built_while_a_worker_warms_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WARM_UP_BESIDE_FIRST_USE], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
