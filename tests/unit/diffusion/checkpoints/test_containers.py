"""What training programs and quantisers wrap around weights."""

import json

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.container import Container
from diffusion.checkpoints.decide import decide_prediction
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.model_file import ModelFile, open_file
from diffusion.checkpoints.record import LatentFormat
from diffusion.checkpoints.torch_file import read_torch_file

WEIGHT = torch.arange(6.0).reshape(2, 3)


def wrapped(wrapper):
    return {
        "nothing": {"a.weight": WEIGHT},
        "state_dict": {"state_dict": {"a.weight": WEIGHT}, "global_step": 875_000},
        "model": {"model": {"a.weight": WEIGHT}, "ema_model": {"b": WEIGHT}, "step": 3},
        "twice": {"module": {"state_dict": {"a.weight": WEIGHT}}},
        "params_ema": {"params_ema": {"a.weight": WEIGHT}, "params": {"a.weight": WEIGHT + 1}},
        "parallel": {"state_dict": {"module.a.weight": WEIGHT}},
    }[wrapper]


@pytest.mark.parametrize("wrapper", ["nothing", "state_dict", "model", "twice", "params_ema", "parallel"])
def test_weights_are_found_in_whatever_is_wrapped_around_them(tmp_path, wrapper):
    path = tmp_path / "model.ckpt"
    torch.save(wrapped(wrapper), path)
    file = open_file(path)
    assert list(file.shapes) == ["a.weight"]
    assert torch.equal(file.store.read("a.weight"), WEIGHT)


def test_numbers_beside_the_weights_are_kept(tmp_path):
    path = tmp_path / "model.ckpt"
    torch.save(wrapped("state_dict"), path)
    assert open_file(path).values == {"global_step": 875_000}


class ModelCheckpoint:
    """Pickled under the name of a training library's class, as in the files that library wrote."""

    def __init__(self):
        self.best = 1.0


def test_what_a_training_library_left_in_a_file_is_forgotten_without_that_library(tmp_path, monkeypatch):
    import sys
    import types

    module = types.ModuleType("pytorch_lightning.callbacks.model_checkpoint")
    monkeypatch.setattr(ModelCheckpoint, "__module__", module.__name__)
    module.ModelCheckpoint = ModelCheckpoint
    for name in ("pytorch_lightning", "pytorch_lightning.callbacks", module.__name__):
        monkeypatch.setitem(sys.modules, name, module)
    path = tmp_path / "model.ckpt"
    torch.save({"state_dict": {"a.weight": WEIGHT}, "callbacks": {"kept": ModelCheckpoint()}}, path)
    for name in ("pytorch_lightning", "pytorch_lightning.callbacks", module.__name__):
        monkeypatch.delitem(sys.modules, name)
    assert torch.equal(read_torch_file(path, Container.TORCH_ZIP).tensors["a.weight"], WEIGHT)


def test_scaled_eight_bit_weights_are_whole_when_read(tmp_path):
    path = tmp_path / "scaled.safetensors"
    rows = torch.tensor([[2.0], [0.5]])
    save_file(
        {
            "part.a.weight": (WEIGHT / 4).to(torch.float8_e4m3fn),
            "part.a.scale_weight": torch.tensor(4.0),
            "part.b.weight": (WEIGHT / rows).to(torch.float8_e4m3fn),
            "part.b.scale_weight": rows.flatten(),
            "part.a.scale_input": torch.tensor(1.0),
            "part.scaled_fp8": torch.zeros(2, dtype=torch.float8_e4m3fn),
            "part.norm.weight": torch.ones(3),
        },
        path,
    )
    file = open_file(path)
    assert sorted(file.shapes) == ["part.a.weight", "part.b.weight", "part.norm.weight"]
    source = file.source({"a": "part.a.weight", "b": "part.b.weight"})
    # 3 bits of mantissa: rounding is within one part in 16.
    torch.testing.assert_close(source.read("a"), WEIGHT, rtol=1 / 16, atol=0)
    torch.testing.assert_close(source.read("b"), WEIGHT, rtol=1 / 16, atol=0)
    assert source.dtype is torch.bfloat16
    assert source.nbytes == 12


def shards(folder, weight_map=None):
    names = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
    save_file({"a.weight": WEIGHT}, folder / names[0])
    save_file({"b.weight": WEIGHT + 1}, folder / names[1])
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map or {"a.weight": names[0], "b.weight": names[1]}}))
    return [index, *(folder / name for name in names)]


@pytest.mark.parametrize("start", [0, 1, 2])
def test_an_index_and_any_shard_open_the_whole_model(tmp_path, start):
    file = open_file(shards(tmp_path)[start])
    assert sorted(file.shapes) == ["a.weight", "b.weight"]
    assert torch.equal(file.store.read("b.weight"), WEIGHT + 1)


@pytest.mark.parametrize("name", ["../elsewhere.safetensors", "/etc/passwd", ".hidden.safetensors"])
def test_an_index_cannot_name_files_outside_its_folder(tmp_path, name):
    index = shards(tmp_path, {"a.weight": name})[0]
    with pytest.raises(CheckpointError, match="names files outside its folder"):
        open_file(index)


class _Tensors:
    def __init__(self, tensors):
        self.tensors = tensors

    def read(self, name):
        return self.tensors[name]


NORM = "output_blocks.11.1.transformer_blocks.0.norm1.bias"


def second_version(tmp_path, deviation, **more):
    bias = torch.randn(320, generator=torch.Generator().manual_seed(0)) * deviation
    return ModelFile(tmp_path / "two.ckpt", {NORM: (320,)}, _Tensors({NORM: bias}), "two", **more)


@pytest.mark.parametrize(("deviation", "prediction"), [(0.2, "v"), (0.05, "eps")])
def test_the_spread_of_a_late_norm_tells_velocity_from_noise(tmp_path, deviation, prediction):
    decided = decide_prediction(second_version(tmp_path, deviation), usual="eps", by_norm_bias=True)
    assert decided.prediction == prediction
    assert "the deviation of" in decided.why
    assert not decided.said


def test_the_training_step_of_the_base_model_tells_before_its_weights_do(tmp_path):
    file = second_version(tmp_path, 0.2, values={"global_step": 875_000})
    assert decide_prediction(file, usual="eps", by_norm_bias=True).prediction == "eps"


def test_a_config_beside_the_file_tells_before_its_weights_do(tmp_path):
    (tmp_path / "two.yaml").write_text('model:\n  params:\n    parameterization: "v"\n')
    decided = decide_prediction(second_version(tmp_path, 0.01), usual="eps", by_norm_bias=True)
    assert (decided.prediction, decided.why) == ("v", "two.yaml beside the file says so")


def test_a_normalised_latent_goes_into_the_denoiser_and_out_again():
    latent = LatentFormat(4, 8, scale=0.5, mean=(-1.0, 2.0, 0.0, 3.0), std=(8.0, 5.0, 6.0, 5.0))
    z = torch.randn(1, 4, 2, 2)
    into = latent.into_denoiser(z)
    torch.testing.assert_close(into[:, 1], (z[:, 1] - 2.0) * 0.5 / 5.0)
    torch.testing.assert_close(latent.out_of_denoiser(into), z)
