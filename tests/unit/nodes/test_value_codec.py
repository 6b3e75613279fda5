from pathlib import Path

import pytest
import torch

from graph_engine.cache.stores.disk import DiskStore
from graph_engine.cache.stores.memory import CachedOutput
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


def test_bytes_that_do_not_fill_the_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        TensorCodec().decode({"dtype": "float32", "shape": [2]}, b"1234")
    with pytest.raises(ValueError, match="type"):
        TensorCodec().decode({"dtype": "load", "shape": [2]}, b"1234")
