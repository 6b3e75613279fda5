from pathlib import Path

import pytest
import torch

from graph_engine.cache.stores.disk import DiskStore
from graph_engine.cache.stores.memory import CachedOutput
from nodes.registry import build
from nodes.value_codec import TensorCodec


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool, torch.uint8])
@pytest.mark.parametrize("shape", [(2, 3), (), (0, 4)])
def test_tensors_come_back_from_disk_bit_for_bit(tmp_path: Path, dtype: torch.dtype, shape: tuple[int, ...]):
    tensor = (torch.rand(shape, generator=torch.Generator().manual_seed(1)) * 5).to(dtype)
    store = DiskStore(tmp_path, 10_000, TensorCodec())
    turned = tensor.transpose(0, -1) if tensor.ndim else tensor
    assert store.put(b"a", CachedOutput(([[turned, {"pooled_output": tensor}]],)))
    entry = store.get(b"a")
    assert entry is not None
    ((first, options),) = entry.values[0]
    assert torch.equal(first, turned)
    assert torch.equal(options["pooled_output"], tensor)
    assert options["pooled_output"].dtype == dtype


def test_what_prompts_and_samplers_make_can_be_kept_on_disk(tmp_path: Path):
    """The forms that conditionings and latents have between nodes."""
    features, mask = torch.rand(1, 77, 8), torch.ones(1, 77, dtype=torch.bool)
    conditioning = [(features, {"pooled_output": features[:, 0], "attention_mask": mask, "width": 1024, "text": None})]
    latent = {"samples": torch.rand(1, 4, 8, 8), "noise_mask": torch.rand(1, 1, 64, 64), "batch_index": [0]}
    store = DiskStore(tmp_path, 1_000_000, TensorCodec())
    assert store.put(b"a", CachedOutput((conditioning, latent)))
    again = DiskStore(tmp_path, 1_000_000, TensorCodec()).get(b"a")
    assert again is not None
    ((first, options),), sampled = again.values
    assert torch.equal(first, features) and torch.equal(options["attention_mask"], mask)
    assert (options["width"], options["text"]) == (1024, None)
    assert torch.equal(sampled["samples"], latent["samples"]) and sampled["batch_index"] == [0]


def test_prompts_and_samplers_are_kept_and_what_holds_weights_is_not():
    kinds = build().types
    durable = {name for name, kind in kinds.items() if kind.durable}
    assert {"CLIPTextEncode", "CLIPTextEncodeSDXL", "CLIPTextEncodeSD3", "KSampler", "SamplerCustomAdvanced"} <= durable
    assert not durable & {"CheckpointLoaderSimple", "UNETLoader", "VAEDecode", "SaveImage", "LoraLoader"}


def test_bytes_that_do_not_fill_the_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        TensorCodec().decode({"dtype": "float32", "shape": [2]}, b"1234")
    with pytest.raises(ValueError, match="type"):
        TensorCodec().decode({"dtype": "load", "shape": [2]}, b"1234")
