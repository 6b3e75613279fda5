"""Networks without weights."""

import subprocess
import sys
from pathlib import Path

from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip import ClipText, ClipTextConfig

BUILD = """
import sys
from diffusion.networks.blueprint import on_meta
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig
with on_meta():
    OpenClipText(OpenClipTextConfig(width=64, mlp_width=64, layers=1, heads=1))
print("torch._dynamo" in sys.modules)
"""


def test_a_network_built_on_meta_has_shapes_and_no_memory():
    with on_meta():
        network = ClipText(ClipTextConfig(layers=1))
    assert {parameter.device.type for parameter in network.parameters()} == {"meta"}
    assert network.state_dict()["transformer.embeddings.token_embedding.weight"].shape == (49_408, 768)


def test_building_on_meta_does_not_import_the_compiler_of_torch():
    root = Path(__file__).resolve().parents[4]
    done = subprocess.run([sys.executable, "-c", BUILD], cwd=root, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "False", done.stderr
