"""Files of full size, random weights under the published names, each from a prompt to a picture on a CPU."""

import gzip
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
BLOCK = 2**22
SIDE = 256
# Manifest → the node that makes its empty latent.
MODELS = {
    "sd15_full": "EmptyLatentImage",
    "sdxl_base": "EmptyLatentImage",
    "sd3_medium_incl_clips": "EmptySD3LatentImage",
}


def write_random(path: Path, tensors: dict[str, tuple[str, list[int]]]) -> None:
    """Write a safetensors file of random fp16 weights piece by piece, so that it is never in memory whole."""
    header, position = {}, 0
    for name, (_, shape) in tensors.items():
        size = torch.Size(shape).numel() * 2
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [position, position + size]}
        position += size
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    block = torch.randn(BLOCK, generator=torch.Generator().manual_seed(0)) * 0.02
    data = block.half().numpy().tobytes()
    with path.open("wb") as file:
        file.write(len(raw).to_bytes(8, "little") + raw)
        for start in range(0, position, len(data)):
            file.write(data[: min(len(data), position - start)])


def workflow(latent: str) -> dict:
    def text(words):
        return {"class_type": "CLIPTextEncode", "inputs": {"text": words, "clip": ["1", 1]}}

    size = {"width": SIDE, "height": SIDE, "batch_size": 1}
    sampler = {"seed": 7, "steps": 2, "cfg": 4.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}
    wires = {"model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0], "latent_image": ["4", 0]}
    return {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "model.safetensors"}},
        "2": text("a red circle above a blue square"),
        "3": text(""),
        "4": {"class_type": latent, "inputs": size},
        "5": {"class_type": "KSampler", "inputs": sampler | wires},
        "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
        "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "big"}},
    }


@pytest.mark.large
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("manifest", MODELS)
def test_a_model_of_full_size_paints_two_steps_and_decodes_on_a_cpu(shared, tmp_path, manifest):
    with gzip.open(shared / "manifests" / f"{manifest}.json.gz", "rt") as file:
        tensors = json.load(file)["tensors"]
    checkpoint = tmp_path / "models" / "checkpoints" / "model.safetensors"
    checkpoint.parent.mkdir(parents=True)
    write_random(checkpoint, tensors)
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps(workflow(MODELS[manifest])))
    command = [sys.executable, str(ROOT / "main.py"), "run", graph, "--device", "cpu", "--json"]
    command += ["--models-dir", tmp_path / "models", "--out", tmp_path / "out", "--data-dir", tmp_path / "data"]
    started = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=3600)
    seconds = time.perf_counter() - started
    size = checkpoint.stat().st_size
    checkpoint.unlink()
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (picture,) = (tmp_path / "out").glob("big*.png")
    with Image.open(picture) as image:
        assert image.size == (SIDE, SIDE)
    # The kernel's own account of the largest child so far: cases grow, so the last is the largest.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"\n{manifest}: {size / 1e9:.1f} GB file, {seconds:.0f} s, peak {peak / 2**20:.1f} GiB")
