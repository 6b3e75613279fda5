"""Mean and deviation of CLIP's embeddings, from the files they are published in."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.statistics import read_statistics

MEAN, DEVIATION = torch.arange(4.0), torch.arange(1.0, 5.0)


@pytest.mark.parametrize("value", [(MEAN, DEVIATION), [MEAN[None], DEVIATION[None]], {"mean": MEAN, "std": DEVIATION}])
def test_a_torch_file_of_two_tensors_is_read(tmp_path, value):
    path = tmp_path / "ViT-L-14_stats.th"
    torch.save(value, path)
    read = read_statistics(path)
    assert torch.equal(read.mean, MEAN[None])
    assert torch.equal(read.deviation, DEVIATION[None])


def test_diffusers_normaliser_is_read(tmp_path):
    path = tmp_path / "diffusion_pytorch_model.safetensors"
    save_file({"mean": MEAN[None].contiguous(), "std": DEVIATION[None].contiguous()}, path)
    assert torch.equal(read_statistics(path).deviation, DEVIATION[None])


@pytest.mark.parametrize("value", [{"weight": MEAN}, (MEAN, -DEVIATION), (MEAN, DEVIATION[:2]), (MEAN,)])
def test_another_file_is_refused_in_words(tmp_path, value):
    path = tmp_path / "other.pt"
    torch.save(value, path)
    with pytest.raises(CheckpointError, match="mean and the deviation"):
        read_statistics(path)
